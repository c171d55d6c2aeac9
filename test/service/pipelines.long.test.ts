// The pipelines on a real Temporal Service: every rule of the format holds while the Worker is killed again and again.
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Client, WorkflowHandle } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  cancelPipeline,
  completeTask,
  pausePipeline,
  resumePipeline,
  startGiven,
} from '../../encores/pipelines/client.ts';
import type { Definition } from '../../encores/pipelines/format.ts';
import { HistoryReader } from '../../encores/pipelines/history-reader.ts';
import type { Outcome } from '../../encores/pipelines/pipeline.ts';
import type { Seen } from '../../encores/pipelines/run.ts';
import { workflowBundle } from '../../stage/processes/bundle.ts';
import { ROWS } from '../support/conformance.ts';
import { cleanUp, newFolder, type Program, runEncoreWorker, until } from '../support/harness.ts';
import { answersInTurn, read } from '../support/pipeline-host.ts';
import { startService } from '../support/service.ts';

const WORKFLOW = fileURLToPath(new URL('../../encores/pipelines/workflow.ts', import.meta.url));
const KILLS = 5;

let service: TestWorkflowEnvironment;
let client: Client;
let folder: string;
let bundle: string;
let mock: Server;
let address: string;
let worker: Program;

beforeAll(async () => {
  service = await startService();
  client = service.client;
  folder = newFolder();
  bundle = await workflowBundle(folder, WORKFLOW);
  mock = answering();
  await once(mock.listen(0, '127.0.0.1'), 'listening');
  address = `http://127.0.0.1:${(mock.address() as AddressInfo).port}/`;
  worker = await startWorker();
});
afterAll(async () => {
  mock?.close();
  await cleanUp();
  await service?.teardown();
});

function startWorker(): Promise<Program> {
  const env = { TEMPORAL_ADDRESS: service.address, WORKFLOW_BUNDLE: bundle };
  return runEncoreWorker('pipelines', { env, folder });
}

async function killWorker(): Promise<void> {
  await worker.leave('SIGKILL');
  worker = await startWorker();
}

/** Answers what the rows say, by the Idempotency-Key that each request has. */
function answering(): Server {
  const next = answersInTurn();
  return createServer((request, response) => {
    const key = String(request.headers['idempotency-key']);
    const [row, id = ''] = key.split('/');
    const { status, body } = next(key, ROWS[Number(row?.split('-')[1])]?.answers?.[id]);
    response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body));
  });
}

async function start(workflowId: string, json: object, more: Partial<(typeof ROWS)[number]> = {}) {
  const here = (each: object) => JSON.parse(JSON.stringify(each).replaceAll('http://mock/', address));
  const definitions: Record<string, Definition> = {};
  for (const [key, each] of Object.entries(more.definitions ?? {})) definitions[key] = await read(here(each));
  const { taskDefinitions = {}, input = {} } = more;
  const given = { definition: await read(here(json)), definitions, taskDefinitions, input };
  return client.workflow.getHandle(await startGiven(client, workflowId, given));
}

const seen = (handle: WorkflowHandle): Promise<Seen> => handle.query<Seen>('getRun');

/** The run as it is told by its history alone. */
async function told(workflowId: string, { events }: Awaited<ReturnType<WorkflowHandle['fetchHistory']>>) {
  const reader = new HistoryReader(workflowId);
  for (const event of events ?? []) await reader.add(event);
  return JSON.parse(JSON.stringify(reader.told()));
}

async function outcomeOf(handle: WorkflowHandle): Promise<Outcome | undefined> {
  await handle.result().catch(() => {});
  return (await seen(handle)).outcome;
}

it(`every rule holds while the Worker is killed ${KILLS} times at random moments, and every history replays`, async () => {
  const handles = await Promise.all(
    ROWS.map(({ tasks, more, ...row }, index) => start(`row-${index}`, { name: 'row', tasks, ...more }, row)),
  );
  const moments: number[] = [];
  for (let kill = 0; kill < KILLS; kill += 1) {
    moments.push(randomInt(100, 1500));
    await delay(moments.at(-1));
    await killWorker();
  }
  const said = `killed after ${moments.join(', ')} ms`;
  for (const [index, { rule, status, output, reason, tasksAre = {} }] of ROWS.entries()) {
    const handle = handles[index] as WorkflowHandle;
    const outcome = await outcomeOf(handle);
    expect(outcome, `${rule}, ${said}`).toMatchObject({ status, ...(reason && { reason }) });
    if (output !== undefined) expect(outcome?.output, `${rule}, ${said}`).toEqual(output);
    const { tasks, ...rest } = await seen(handle);
    const history = await handle.fetchHistory();
    expect(await told(handle.workflowId, history), `${rule}, ${said}`).toMatchObject({ tasks, ...rest });
    const statuses = Object.fromEntries(
      Object.keys(tasksAre).map((id) => [id, tasks.find((task) => task.id === id)?.status]),
    );
    expect(statuses, `${rule}, ${said}`).toEqual(tasksAre);
    const workflows = { workflowBundle: { code: readFileSync(bundle, 'utf8') } };
    await Worker.runReplayHistory(workflows, history, handle.workflowId);
  }
});

it('a paused run begins nothing new until it is resumed', async () => {
  const tasks = [
    waiting('w'),
    { name: 'b', taskReferenceName: 'b', type: 'LOG', inputParameters: { message: 'b' } },
  ];
  const handle = await start('paused', { name: 'paused', tasks });
  await untilWaiting(handle, 'w');
  await pausePipeline(client, 'paused');
  await completeTask(client, 'paused', { ref: 'w', status: 'COMPLETED', output: {} });
  await until(async () => (await seen(handle)).tasks[0]?.status === 'COMPLETED');
  expect(await seen(handle)).toMatchObject({ status: 'PAUSED', tasks: [{ id: 'w' }] });
  expect((await handle.describe()).memo).toMatchObject({ status: 'PAUSED' });
  await resumePipeline(client, 'paused');
  expect(await outcomeOf(handle)).toMatchObject({ status: 'COMPLETED' });
});

it('a WAIT is completed from outside with an output, or failed', async () => {
  const handle = await start('outside', { name: 'outside', tasks: [waiting('w')] });
  await untilWaiting(handle, 'w');
  await completeTask(client, 'outside', { ref: 'w', status: 'COMPLETED', output: { by: 'Ziggy' } });
  expect(await outcomeOf(handle)).toMatchObject({ status: 'COMPLETED', output: { by: 'Ziggy' } });
});

it('a cancelled run is TERMINATED, its sub-workflow too, and its failureWorkflow hears of it', async () => {
  const definitions = {
    child: { name: 'child', tasks: [waiting('w')] },
    sorry: { name: 'sorry', tasks: [waiting('s')] },
  };
  const tasks = [
    { name: 's', taskReferenceName: 's', type: 'SUB_WORKFLOW', subWorkflowParam: { name: 'child' } },
  ];
  const handle = await start('cancelled', { name: 'c', failureWorkflow: 'sorry', tasks }, { definitions });
  const child = client.workflow.getHandle('cancelled.s');
  await untilWaiting(child, 'w');
  await cancelPipeline(client, 'cancelled');
  expect(await outcomeOf(handle)).toMatchObject({ status: 'TERMINATED' });
  expect(await outcomeOf(child)).toMatchObject({ status: 'TERMINATED' });
  const sorry = client.workflow.getHandle('cancelled.failure');
  await untilWaiting(sorry, 's');
  await cancelPipeline(client, 'cancelled.failure');
});

function waiting(ref: string) {
  return { name: ref, taskReferenceName: ref, type: 'WAIT', inputParameters: {} };
}

async function untilWaiting(handle: WorkflowHandle, id: string): Promise<void> {
  await until(async () => {
    const { tasks } = await seen(handle).catch(() => ({ tasks: [] as Seen['tasks'] }));
    return tasks.some((task) => task.id === id && task.status === 'IN_PROGRESS');
  });
}
