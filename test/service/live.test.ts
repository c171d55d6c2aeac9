// What the slides show live, read from a real Temporal Service.
import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startGreeting } from '../../hello-ip/client.ts';
import { connectionTuning } from '../../hello-ip/stage-tuning.ts';
import { createLiveAnswer } from '../../stage/control/live.ts';
import { cleanUp, newFolder } from '../support/harness.ts';
import { startService } from '../support/service.ts';

const APP = 'http://127.0.0.1:8000';
const openedAt = new Date();
const faultLog = join(newFolder(), 'faults.jsonl');
const report = { volatile: [[1, 2, 3], [1]], running: ['volatile'], isStarting: false, isCleared: false };
const counters = { report: () => report };

let service: TestWorkflowEnvironment;
let server: Server;
let url: string;

beforeAll(async () => {
  service = await startService();
  ({ server, url } = await listen(service.client));
});
afterAll(async () => {
  await cleanUp();
  server.close();
  await service.teardown();
});

async function listen(client: Client) {
  const server = createServer(
    createLiveAnswer({
      client,
      counters,
      faultLog,
      countedSince: () => openedAt,
      app: APP,
      door: async () => undefined,
    }),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const live = (origin?: string) => fetch(url, { headers: origin ? { origin } : {} });

it('is the greeting that was started last, in the words of its page, with a link to it', async () => {
  await startGreeting(service.client, 'greeting-old', { name: 'Old', seconds: 60 });
  await startGreeting(service.client, 'greeting-zoe', { name: 'Zoë', seconds: 60 });
  await expect
    .poll(async () => (await (await live()).json()).greeting, { timeout: 5000 })
    .toMatchObject({
      workflowId: 'greeting-zoe',
      url: `${APP}/greetings/greeting-zoe`,
      headline: expect.any(String),
      steps: [{ code: 'Activity getIP' }, { code: 'Durable Timer' }, { code: 'Activity getLocationInfo' }],
      final: false,
    });
});

it('has both counters: what the volatile one printed, and the numbers in the Event History', async () => {
  const { counters } = await (await live()).json();
  expect(counters).toEqual([
    { name: 'volatile', cells: [1, 2, 3, '✗', 1], isStarting: false },
    { name: 'durable', cells: [], isStarting: false },
  ]);
});

it('has the score: what was killed, cut or broken since the stage came up, and the greetings that failed', async () => {
  const at = openedAt.getTime();
  const lines = [
    { at: at - 1, hit: 'worker', what: 'kill -9' }, // by an earlier stage
    { at: at - 1, hit: 'worker', what: 'back' },
    { at: at + 1, hit: 'worker', what: 'kill -9' },
    { at: at + 2, hit: 'counters', what: 'kill -9' },
    { at: at + 2, hit: 'counters', what: 'kill -9' }, // the other of the two
    { at: at + 3, hit: 'worker', what: 'back' },
    { at: at + 4, hit: 'worker', what: 'stopped' },
    { at: at + 5, hit: 'lookups', what: 'cut' },
    { at: at + 6, hit: 'code', what: 'bug' },
  ];
  writeFileSync(faultLog, `${lines.map((line) => JSON.stringify(line)).join('\n')}\nno JSON\n`);
  const handle = service.client.workflow.getHandle('greeting-zoe');
  await handle.terminate(); // by somebody who wanted that
  await expect.poll(async () => (await (await live()).json()).score).toEqual({ killed: 4, lost: 0 });
});

it.each(['http://localhost:3030', 'http://slides.example:3030', 'null'])(
  'may not be read by a page of %s: the deck asks its own server, which asks the stage',
  async (origin) => {
    expect((await live(origin)).headers.has('access-control-allow-origin')).toBe(false);
  },
);

it('without a Temporal Service tells of no greeting, within 2 s', async () => {
  const connection = Connection.lazy({ address: '127.0.0.1:1', ...connectionTuning });
  const away = await listen(new Client({ connection }));
  const askedAt = performance.now();
  expect((await (await fetch(away.url)).json()).greeting).toBeNull();
  expect(performance.now() - askedAt).toBeLessThan(2000);
  away.server.close();
});
