// The durable count under SIGKILL at random moments, and both counters on a stage, as the teaser shows them.
import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { COUNTER_ID, durableNumbers } from '../../hello-ip/web/counters.ts';
import { randomNumbers } from '../../stage/soak/plan.ts';
import { createClient, type Kit, startKit } from '../kit.ts';
import { cleanUp, type Program, run, startStage, until } from './harness.ts';

afterEach(cleanUp);

describe('the durable count', () => {
  const KILLS = 20;
  const LONGEST_LIFE_MS = 1200;
  let kit: Kit;
  let client: ReturnType<typeof createClient>;
  beforeAll(async () => {
    kit = await startKit(['server']);
    client = createClient(kit.ports.server);
  });
  afterAll(async () => {
    await client?.connection.close();
    await kit?.close();
  });

  const printed = () =>
    kit.lines.map((line) => Number(/^durable: (\d+)$/.exec(line)?.[1])).filter((number) => number > 0);
  const numbers = async () => (await durableNumbers(client)).map(({ number }) => number);

  /** Starts a count where none is running; `npm run count` in a process of its own. */
  async function count(): Promise<Program> {
    const address = `127.0.0.1:${kit.ports.server}`;
    const starter = await run('volatile-vs-durable/starter.ts', [], { env: { TEMPORAL_ADDRESS: address } });
    expect((await starter.ended()).code).toBe(0);
    return starter;
  }

  it(`survives ${KILLS} kills at random moments`, async () => {
    const seed = Number(process.env.SEED ?? randomInt(2 ** 31));
    console.log(`seed ${seed}: repeat with SEED=${seed}`);
    const random = randomNumbers(seed);
    await kit.start('durable'); // the first start builds the bundle; it is the later ones that are timed
    await kit.kill('durable');
    // The loop's second and the start of a Worker, with room for a machine that is slower at times.
    const bound = 1000 + 3 * Math.max(700, (await kit.start('durable')).ms);
    await kit.kill('durable');
    let counts = 0;
    for (let kill = 0; kill < KILLS; kill += 1) {
      if ((await numbers()).length === 10) {
        await kit.start('durable'); // the kill may have fallen right behind the last number
        await client.workflow.getHandle(COUNTER_ID).result();
        await kit.kill('durable');
      }
      if (counts === 0 || (await numbers()).length === 10) {
        expect((await count()).output()).toMatch(
          /^The count has started: http:.*\/workflows\/counter\/[0-9a-f-]+\n$/,
        );
        counts += 1;
      }
      const before = printed().length;
      const spawnedAt = performance.now();
      await kit.start('durable');
      await until(() => printed().length > before);
      expect(performance.now() - spawnedAt).toBeLessThan(bound);
      await delay(random() * LONGEST_LIFE_MS);
      await kit.kill('durable');
    }
    await kit.start('durable');
    await until(async () => (await numbers()).length === 10, 20_000);
    await until(() => printed().at(-1) === 10);
    await kit.stop('durable');
    expect(await numbers()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    // In the terminal: never a number skipped; one may come twice, when the kill fell right behind its print.
    const steps = printed().map((number, index, all) =>
      index === 0 ? number : number - (all[index - 1] ?? 0),
    );
    expect(steps.filter((step) => step !== 0 && step !== 1 && step !== -9)).toEqual([]);
    expect(steps.filter((step) => step === -9)).toHaveLength(counts - 1);
  });

  it('survives Ctrl-C of its Worker and a killed Temporal Service; a second count is told of the first', async () => {
    await count();
    expect((await count()).output()).toMatch(/^A count is running already: http:.*\/workflows\/counter\n$/);
    await kit.start('durable');
    await until(async () => (await numbers()).length >= 2);
    await kit.stop('durable');
    await kit.start('durable');
    await kit.kill('server');
    await kit.start('server');
    await until(async () => (await numbers().catch(() => [])).length === 10, 30_000);
    expect(await numbers()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });
});

it('the starter and the Worker without a Temporal Service say one clear line', async () => {
  const env = { TEMPORAL_ADDRESS: '127.0.0.1:1' };
  const starter = await run('volatile-vs-durable/starter.ts', [], { env });
  expect((await starter.ended()).code).toBe(1);
  expect(starter.output()).toBe('No Temporal Service answers at 127.0.0.1:1. Start it: npm run server\n');
  const worker = await run('volatile-vs-durable/worker.ts', [], { env });
  await worker.untilSaid('Worker waits: no Temporal Service at 127.0.0.1:1.');
  expect((await worker.leave()).code).toBe(0);
});

it('on the stage: started and killed together, the left one starts over, the right one goes on', async () => {
  const stage = await startStage();
  const say = async (...words: string[]) => {
    const verb = await run('stage/stage.ts', words, stage);
    return { ...(await verb.ended()), said: verb.output() };
  };
  expect((await say('kill', 'counters')).said).toContain('The counters are not counting.');
  const watch = await run('stage/stage.ts', ['watch', 'counters'], stage);
  expect((await say('start', 'counters')).code).toBe(0);
  expect((await say('start', 'counters')).said).toContain('counting already');
  await watch.untilSaid(/^4 +4$|^[5-9]? +4$/m);
  expect((await say('expect', 'volatile', 'started', 'over', 'soon')).said).toContain('Did you mean');
  expect((await say('kill', 'counters')).said).toMatch(
    /killed by the same signal: volatile and durable; volatile had got to \d/,
  );
  expect((await say('kill', 'counters')).code).toBe(1);
  expect((await say('start', 'counters')).code).toBe(0);
  expect((await say('expect', 'volatile started over')).said).toMatch(/after its kill printed 1/);
  expect((await say('expect', 'no number twice, none missing')).code).toBe(0);
  const client = createClient(stage.ports.SERVER_PORT);
  onTestFinished(() => client.connection.close());
  const resumed = async () => {
    const [first, ...others] = await durableNumbers(client);
    return others.find(({ identity }) => identity !== first?.identity);
  };
  await until(async () => (await resumed()) !== undefined);
  expect((await say('expect', 'durable', 'resumed', 'at', String((await resumed())?.number))).code).toBe(0);
  await watch.untilSaid(/10$/m);
  expect((await watch.leave()).signal).toBe('SIGINT');
});
