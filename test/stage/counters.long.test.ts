// The durable count under SIGKILL at 20 random moments, and with its Temporal Service killed.
import { afterAll, describe, it } from 'vitest';
import { startCounting, surviveKills } from '../support/counting.ts';
import { cleanUp } from '../support/harness.ts';

const KILLS = 20;

afterAll(cleanUp);

// Side by side, each with a Temporal Service of its own: nearly all of the time is waiting for the next number.
describe.concurrent('the durable count survives', () => {
  it(`${KILLS} kills at random moments`, async ({ onTestFinished }) => {
    const counting = await startCounting();
    onTestFinished(counting.close);
    await surviveKills(counting, KILLS);
  });

  it('kills and Ctrl-C of its Worker and a killed Temporal Service', async ({ onTestFinished }) => {
    const counting = await startCounting();
    onTestFinished(counting.close);
    const { kit } = counting;
    await surviveKills(counting, 2, async () => {
      await kit.stop('durable');
      await kit.start('durable');
      await kit.kill('server');
      await kit.start('server');
    });
  });
});
