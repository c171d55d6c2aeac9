// The Worker killed at every moment of the Timer, and the network cut for 15 s: how soon the greeting comes all the same.
import { afterAll, beforeAll, describe, it, onTestFinished } from 'vitest';
import { CUTS, cutInTimer, killWorkerInTimer, workerBound } from '../support/drills.ts';
import { type Kit, startKit } from '../support/kit.ts';

describe('the Worker killed in the timer, and started again', () => {
  let kit: Kit;
  let boundMs: number;
  beforeAll(async () => {
    kit = await startKit();
    boundMs = await workerBound(kit);
  });
  afterAll(() => kit?.close());

  it.each(['at once', 'before it fires', 'after it has fired'] as const)('%s', (when) =>
    killWorkerInTimer(kit, when, boundMs),
  );
});

// Side by side, each with a kit of its own: nearly all of the time is waiting for the outage to pass.
describe.concurrent('the network cut in the timer for 15 s', () => {
  it.each(CUTS)('$how', async (cut) => {
    const kit = await startKit();
    onTestFinished(() => kit.close());
    await cutInTimer(kit, cut, { seconds: 15, attempts: 2 });
  });
});
