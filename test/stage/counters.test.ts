// Both counters on a stage, as the teaser shows them, killed for real. Many kills of the durable one: counters.long.
import { afterAll, expect, it, vi } from 'vitest';
import { readControl } from '../../stage/control/control-file.ts';
import { durableNumbers } from '../../stage/control/durable-count.ts';
import { sendOrder } from '../../stage/control/send-order.ts';
import { cleanUp, newFolder, run, startStage, until } from '../support/harness.ts';
import { createClient } from '../support/kit.ts';
import { say, useStage } from '../support/verbs.ts';

afterAll(async () => {
  vi.unstubAllEnvs();
  await cleanUp();
});

it.concurrent('the starter and the Worker without a Temporal Service say one clear line', async () => {
  const env = { TEMPORAL_ADDRESS: '127.0.0.1:1' };
  const starter = await run('volatile-vs-durable/starter.ts', [], { env });
  expect((await starter.ended()).code).toBe(1);
  expect(starter.output()).toBe('No Temporal Service answers at 127.0.0.1:1. Start it: npm run server\n');
  const worker = await run('volatile-vs-durable/worker.ts', [], { env });
  await worker.untilSaid('Worker waiting: no Temporal Service at 127.0.0.1:1.');
  expect((await worker.leave()).code).toBe(0);
});

it.concurrent('on the stage: started and killed together, the volatile one starts over, the durable one carries on', async ({
  onTestFinished,
}) => {
  const stage = await startStage([], { folder: newFolder() });
  useStage(stage);
  expect((await say('kill', 'counters')).said).toContain('The counters are not counting.');
  // Sooner than a person could: its Worker's bundle, which takes a second the first time, is being made.
  const order = (what: 'start' | 'kill') =>
    sendOrder(
      stage.ports.CONTROL_PORT,
      { 'x-stage': readControl(stage.folder)?.token ?? '' },
      { do: 'counters', order: what },
    );
  expect(await order('start')).toMatchObject({ status: 200 });
  expect(await order('kill')).toEqual({
    status: 200,
    body: expect.stringContaining('"volatile":[[]],"running":[]'),
  });
  const watch = await run('stage/commands/stage.ts', ['watch', 'counters'], stage);
  expect((await say('start', 'counters')).code).toBe(0);
  expect((await say('start', 'counters')).said).toContain('already counting');
  const env = { TEMPORAL_ADDRESS: `127.0.0.1:${stage.ports.SERVER_PORT}` };
  const second = await run('volatile-vs-durable/starter.ts', [], { env });
  await Promise.all([watch.untilSaid(/^durable +1 2 3 4$/m), watch.untilSaid(/^volatile +1 2 3 4$/m)]);
  expect((await say('expect', 'volatile', 'started', 'over', 'soon')).said).toContain('Did you mean');
  expect((await say('kill', 'counters')).said).toMatch(
    /killed by the same signal: volatile and durable; volatile had got to \d/,
  );
  expect((await say('kill', 'counters')).code).toBe(1);
  expect((await second.ended()).code).toBe(0);
  expect(second.output()).toMatch(/^A count is already running: http:.*\/workflows\/counter\n$/);
  expect((await say('start', 'counters')).code).toBe(0);
  expect((await say('expect', 'volatile started over')).said).toMatch(/after the kill printed 1/);
  expect((await say('expect', 'no number twice, none missing')).code).toBe(0);
  const client = createClient(stage.ports.SERVER_PORT);
  onTestFinished(() => client.connection.close());
  const resumed = async () => {
    const [first, ...others] = await durableNumbers(client);
    return others.find(({ identity }) => identity !== first?.identity);
  };
  await until(async () => (await resumed()) !== undefined);
  expect((await say('expect', 'durable', 'resumed', 'at', String((await resumed())?.number))).code).toBe(0);
  await watch.untilSaid(/^volatile +1 2 3 4[ 5]* ✗ 1 2/m);
  await watch.untilSaid(/^durable +1 2 3 4[ 5]* ✗ [5-9 ]+ 10$/m);
  expect((await watch.leave()).signal).toBe('SIGINT');
  const page = await (await fetch(`http://127.0.0.1:${stage.ports.APP_PORT}/counters`)).text();
  expect(page.match(/class="killed"/g)).toHaveLength(2);
  expect(page.split('id="durable"')[1]).toMatch(/<li class="kept">[56]<\/li>/);
  expect((await say('reset')).code).toBe(0);
  const cleared = async () => (await fetch(`http://127.0.0.1:${stage.ports.APP_PORT}/counters`)).text();
  await until(async () => (await cleared()).match(/nothing yet/g)?.length === 2);
});
