// The four patterns on a real Temporal Service: every run proves what it shows, and none minds who is killed meanwhile.
import { randomInt } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Client } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import {
  bundleWorkflowCode,
  DefaultLogger,
  Worker,
  type WorkerOptions,
  type WorkflowBundle,
} from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as activities from '../../encores/patterns/activities.ts';
import { type Execution, type PatternName, start, startPattern } from '../../encores/patterns/client.ts';
import type { Answer } from '../../encores/patterns/fallback.ts';
import { TASK_QUEUE } from '../../encores/patterns/input.ts';
import { attemptsIn } from '../../encores/patterns/runs/attempts.ts';
import {
  childrenIn,
  failureIn,
  resultIn,
  untilChainClosed,
  untilClosed,
} from '../../encores/patterns/runs/history.ts';
import type { Proof, Run } from '../../encores/patterns/runs/run.ts';
import { RUNS } from '../../encores/patterns/runs.ts';
import { workerTuning } from '../../hello-ip/stage-tuning.ts';
import { createClient } from '../../hello-ip/support/connection.ts';
import { workflowBundle } from '../../stage/processes/bundle.ts';
import { devServerArgs, serviceAnswers } from '../../stage/processes/dev-server.ts';
import {
  cleanUp,
  freePorts,
  newFolder,
  type Program,
  run,
  runEncoreWorker,
  until,
} from '../support/harness.ts';
import { startService } from '../support/service.ts';

const WORKFLOWS = fileURLToPath(new URL('../../encores/patterns/workflows.ts', import.meta.url));
const WRONG = fileURLToPath(new URL('../support/wrong-patterns.ts', import.meta.url));
const KILLS = 20;
const OUTAGE_MS = 5000;

let service: TestWorkflowEnvironment;
let client: Client;
let folder: string;
let bundle: string;
let right: WorkflowBundle;

beforeAll(async () => {
  service = await startService();
  client = service.client;
  folder = newFolder();
  bundle = await workflowBundle(folder, WORKFLOWS);
  right = { code: readFileSync(bundle, 'utf8') };
});
afterAll(async () => {
  await cleanUp();
  await service?.teardown();
});

function startWorker(address = service.address): Promise<Program> {
  const env = { TEMPORAL_ADDRESS: address, WORKFLOW_BUNDLE: bundle };
  return runEncoreWorker('patterns', { env, folder });
}

const show = (restartWorker?: () => Promise<void>) => ({
  client,
  print: () => {},
  webUi: 'http://127.0.0.1:8080',
  restartWorker,
});

const failed = (proofs: Proof[]) => proofs.filter(({ holds }) => !holds);

/** What the world has done for a Workflow: how often each thing was asked for. */
function doneFor(workflowId: string): Record<string, number> {
  const ofIt = join(folder, 'patterns', workflowId);
  const lines = (file: string) => readFileSync(join(ofIt, file), 'utf8').trim().split('\n').length;
  return Object.fromEntries(readdirSync(ofIt).map((file) => [decodeURIComponent(file), lines(file)]));
}

/** Runs `work` while a Worker inside this test polls, with other Activities where they are given. */
async function withWorker<T>(
  workflowBundle: WorkflowBundle,
  { doubles = {}, options = workerTuning }: { doubles?: object; options?: Partial<WorkerOptions> },
  work: () => Promise<T>,
): Promise<T> {
  const worker = await Worker.create({
    connection: service.nativeConnection,
    taskQueue: TASK_QUEUE,
    workflowBundle,
    activities: { ...activities, ...doubles },
    ...options,
  });
  return worker.runUntil(work);
}

/** The first Workflow of this type that is seen running. */
async function untilRunning(type: string) {
  const query = `WorkflowType = "${type}" AND ExecutionStatus = "Running"`;
  let seen: string | undefined;
  await until(async () => {
    for await (const { workflowId } of client.workflow.list({ query })) seen = workflowId;
    return seen !== undefined;
  });
  return client.workflow.getHandle(seen as string);
}

/** Before the Worker of the room is there, because these poll the same Task Queue. */
describe('with something wrong on purpose', () => {
  let wrong: WorkflowBundle;
  beforeAll(async () => {
    wrong = await bundleWorkflowCode({ workflowsPath: WRONG, logger: new DefaultLogger('ERROR') });
  });

  it.each([
    [[1], 'it must be a list of whole numbers'],
    [[1, 2], '[0] must be a whole number'],
  ])('a child that answers %j with something else fails its parent for good', async (numbers, why) => {
    await withWorker(wrong, {}, async () => {
      const { events, status } = await untilClosed(client, await start(client, 'orchestration', numbers));
      expect(status).toBe('FAILED');
      expect(failureIn(events.at(-1))).toEqual({
        type: 'BadOutput',
        message: `Refused: ${why}.`,
        isRetryable: false,
      });
    });
  });

  it('a child that never answers times out, and its parent fails with that', async () => {
    await withWorker(wrong, {}, async () => {
      const handle = await client.workflow.start('orchestrate', {
        taskQueue: TASK_QUEUE,
        workflowId: 'never-answers',
        args: [[1, 2, 3], '1 second'],
      });
      await expect(handle.result()).rejects.toMatchObject({ cause: { cause: { name: 'TimeoutFailure' } } });
      const { events } = await handle.fetchHistory();
      const late = childrenIn(events ?? []).filter(({ type }) => type === 'timesTen');
      expect(late).toHaveLength(3);
      expect(late.some(({ ended }) => ended?.childWorkflowExecutionTimedOutEventAttributes)).toBe(true);
    });
  });

  it('the proofs of orchestration do not hold where the children never answer', async () => {
    await withWorker(wrong, {}, async () => {
      const [sum, childFails] = RUNS.orchestration as [Run, Run];
      const summing = sum.show(show());
      await (await untilRunning('orchestrate')).terminate();
      expect(failed(await summing)).toHaveLength(2);
      const failing = childFails.show(show());
      await (await untilRunning('orchestrate')).terminate();
      expect(failed(await failing).map(({ what }) => what)).toContain(
        'The parent failed with the failure of its child, and its type',
      );
    });
  });

  it('the proofs of fire and forget do not hold for a parent that waits', async () => {
    await withWorker(wrong, {}, async () => {
      const [abandon] = RUNS['fire-and-forget'] as [Run];
      expect(failed(await abandon.show(show())).map(({ what }) => what)).toContain(
        'The parent ended while its child still ran',
      );
    });
  });

  it('the proofs of fallback do not hold for an exchange that always answers', async () => {
    const doubles = { getRate: async () => 1 };
    await withWorker(right, { doubles }, async () => {
      const others = RUNS.fallback.filter(({ name }) => name !== 'success' && name !== 'cancelled');
      const proofs = await Promise.all(others.map((each) => each.show(show())));
      expect(proofs.filter((each) => failed(each).length === 0)).toEqual([]);
    });
  });
});

type Started = Record<PatternName, Execution>;

/** One of each, to be disturbed. */
async function startEach(client: Client): Promise<Started> {
  return {
    orchestration: await start(client, 'orchestration', [1, 2, 3, 4, 5, 6]),
    fallback: await start(client, 'fallback', { currency: 'EUR', exchange: 'slow once' }),
    'fire-and-forget': await start(client, 'fire-and-forget', { name: 'Ziggy', seconds: 3 }),
    'long-running': await start(client, 'long-running', { items: 350 }),
  };
}

/** Waits until all four have ended as they should, with the world as it should be, and replays their histories. */
async function expectEach(client: Client, started: Started, said: string): Promise<void> {
  const orchestration = await untilClosed(client, started.orchestration);
  expect(resultIn(orchestration.events.at(-1)), said).toBe(210);
  expect(childrenIn(orchestration.events), said).toHaveLength(4);

  const fallback = await untilClosed(client, started.fallback);
  const answer = resultIn(fallback.events.at(-1)) as Answer;
  // Both are right: a Worker that is killed often enough is an exchange that is too slow.
  expect(answer.from, said).toBe(
    attemptsIn(fallback.events).ended === 'completed' ? 'the exchange' : 'yesterday',
  );

  const parent = await untilClosed(client, started['fire-and-forget']);
  const [child] = childrenIn(parent.events);
  if (!child) throw new Error(`No child: ${said}`);
  const letter = await untilClosed(client, child);
  expect([parent.status, letter.status], said).toEqual(['COMPLETED', 'COMPLETED']);
  expect(Object.keys(doneFor(child.workflowId)), said).toEqual(['letter']);

  const chain = await untilChainClosed(client, started['long-running']);
  expect(chain, said).toHaveLength(2);
  expect(resultIn(chain.at(-1)?.events.at(-1)), said).toBe(350);
  expect(Object.keys(doneFor(started['long-running'].workflowId)), said).toHaveLength(350);

  const histories = [orchestration, fallback, parent, letter, ...chain];
  for (const { workflowId, events } of histories)
    await Worker.runReplayHistory({ workflowBundle: right }, { events }, workflowId);
}

// Side by side, on a Temporal Service each: one works, the other is mostly away.
describe.concurrent('with much to do, and with an outage', () => {
  it('orchestrates 500 children, on a Worker with the cache that it has in production', async () => {
    await withWorker(right, { options: {} }, async () => {
      const numbers = Array.from({ length: 1000 }, (_, index) => index);
      const { events } = await untilClosed(client, await start(client, 'orchestration', numbers));
      expect(resultIn(events.at(-1))).toBe(4_995_000);
      const children = childrenIn(events).filter(({ type }) => type === 'timesTen');
      expect(new Set(children.map(({ workflowId }) => workflowId)).size).toBe(500);
    });
  });

  it(`all four survive a Temporal Service that is killed for ${OUTAGE_MS / 1000} s`, async () => {
    const ports = await freePorts();
    const address = `127.0.0.1:${ports.SERVER_PORT}`;
    const database = join(newFolder(), 'temporal.db');
    const startServer = async () => {
      const args = devServerArgs(database, { server: ports.SERVER_PORT, ui: ports.UI_PORT });
      const server = await run('', [], { command: [process.env.TEMPORAL_CLI ?? '', ...args], folder, ports });
      await until(() => serviceAnswers(address), 20_000);
      return server;
    };
    const server = await startServer();
    const worker = await startWorker(address);
    const other = createClient({ connectionOptions: { address }, namespace: 'default' });
    const started = await startEach(other);
    const [thousand] = RUNS['long-running'] as [Run];
    let said = '';
    const print = (line: string) => {
      said += line;
    };
    const showing = thousand.show({ ...show(), client: other, print });
    await until(() => said.includes('workThrough')); // A run can be started only while the Service answers.
    await delay(randomInt(3000));
    await server.leave('SIGKILL');
    await delay(OUTAGE_MS);
    await startServer();
    const [proofs] = await Promise.all([showing, expectEach(other, started, 'after an outage')]);
    expect(failed(proofs)).toEqual([]);
    await other.connection.close();
    await worker.leave();
  });
});

describe('with its Worker', () => {
  let worker: Program;
  beforeAll(async () => {
    worker = await startWorker();
  });

  async function restartWorker(): Promise<void> {
    await worker.leave('SIGKILL');
    worker = await startWorker();
  }

  // Side by side: they kill nothing, and most of the time each waits for a Timer or a time-out.
  describe.concurrent('every run proves what it shows', () => {
    const all = Object.entries(RUNS).flatMap(([name, runs]) =>
      runs.map((each) => ({ pattern: name, ...each })),
    );
    it.each(all)('$pattern: $name', async (each) => {
      const proofs = await each.show(show());
      expect(proofs.length).toBeGreaterThan(0);
      expect(failed(proofs)).toEqual([]);
    });
  });

  it.each(['fire-and-forget', 'long-running'] as const)(
    '%s proves the same when its Worker is killed in the middle, and that another one went on',
    async (name) => {
      const [only] = RUNS[name] as [Run];
      const proofs = await only.show(show(restartWorker));
      expect(failed(proofs)).toEqual([]);
      expect(proofs.at(-1)?.what).toMatch(/^Another Worker /);
    },
  );

  it('starts a pattern with an input of your own', async () => {
    const own = await startPattern(client, 'orchestration', '[5, 6, 7]');
    const { events } = await untilClosed(client, own);
    expect(resultIn(events.at(-1))).toBe(180);
    expect(own.workflowId).toMatch(/^patterns-orchestration-[0-9a-f]{4}$/);
  });

  it('long-running refuses more items than it may have, and answers for those that it accepts', async () => {
    const { workflowId } = await start(client, 'long-running', { items: 30, isPaused: true });
    const handle = client.workflow.getHandle(workflowId);
    for (const more of [0, -1, 0.5, 'many', 1_000_000])
      await expect(handle.executeUpdate('addItems', { args: [more] })).rejects.toThrow(
        'Workflow Update failed',
      );
    const accepted = { items: 35, done: 0, isPaused: true };
    expect(await handle.executeUpdate('addItems', { args: [5] })).toEqual(accepted);
    expect(await handle.query('progress')).toEqual(accepted);
    await handle.signal('resume');
    expect(await handle.result()).toBe(35);
  });

  it('orchestration and fallback do not mind a Worker that is killed in the middle', async () => {
    const sum = await start(client, 'orchestration', [1, 2, 3, 4]);
    const asked = await start(client, 'fallback', { currency: 'EUR', exchange: 'slow once' });
    await until(async () => {
      const { events } = await client.workflow.getHandle(sum.workflowId).fetchHistory();
      const { raw } = await client.workflow.getHandle(asked.workflowId).describe();
      const working = childrenIn(events ?? []).filter(({ type, started }) => type === 'timesTen' && started);
      return working.length === 2 && Boolean(raw.pendingActivities?.[0]?.lastStartedTime);
    });
    await restartWorker();
    expect(resultIn((await untilClosed(client, sum)).events.at(-1))).toBe(100);
    const { events } = await untilClosed(client, asked);
    // The kill costs one attempt, and a second one if its retry is handed to the poll of the Worker that is gone.
    const { count, ended } = attemptsIn(events);
    expect([2, 3]).toContain(count);
    expect(resultIn(events.at(-1))).toMatchObject({
      from: ended === 'completed' ? 'the exchange' : 'yesterday',
    });
  });

  it(`all four survive ${KILLS} kills of their Worker at random moments`, async () => {
    const started: Started[] = [];
    const moments: number[] = [];
    for (let kill = 0; kill < KILLS; kill += 1) {
      if (kill % 7 === 0) started.push(await startEach(client));
      moments.push(randomInt(600));
      await delay(moments.at(-1));
      await restartWorker();
    }
    const said = `killed after ${moments.join(', ')} ms`;
    for (const each of started) await expectEach(client, each, said);
  });
});
