// Starts, steers and reads pipelines: what commands, page and tests have in common.
import { createHash, randomBytes } from 'node:crypto';
import { type Client, WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import { workflowTuning } from '../../hello-ip/stage-tuning.ts';
import { untilAnswered } from '../../hello-ip/support/connection.ts';
import { suffixOf } from '../../hello-ip/support/suffix.ts';
import { toDate } from '../../hello-ip/web/progress.ts';
import { problem } from '../support/problem.ts';
import { inWords, MOST_BYTES } from './check.ts';
import { keyOf } from './definition.ts';
import { type JsonObject, sizeOf } from './json.ts';
import type { PipelineInput, RunStatus } from './pipeline.ts';
import type { Registry } from './registry.ts';
import type { Completion } from './run.ts';
import { TASK_QUEUE } from './task-queue.ts';

const LISTED = 100;
/** temporal.api.enums.v1.WorkflowExecutionStatus */
const STATUS_TERMINATED = 5;

/** What a run is started with. */
export interface Start {
  name: string;
  /** The newest, if absent. */
  version?: number;
  input?: JsonObject;
  correlationId?: string;
  /** Starts with the same key are one: the second answers the id of the first. */
  idempotencyKey?: string;
}

/**
 * @returns the id of the run
 * @throws a user error with the code NOT_FOUND or TOO_LARGE
 */
export async function startPipeline(client: Client, registry: Registry, start: Start): Promise<string> {
  const { name, version, input = {}, correlationId } = start;
  const { bundle, findings } = await registry.bundle(name, version);
  if (!bundle)
    throw problem(
      'NOT_FOUND',
      `${findings.map(inWords).join('; ')}. Register it: npm run pipelines register`,
    );
  const given: PipelineInput = { ...bundle, input, correlationId };
  const workflowId = idFor(name, start.idempotencyKey);
  try {
    return await startGiven(client, workflowId, given);
  } catch (error) {
    // The id is new, or made of the key: what has it is this run, whose first start was not answered.
    if ((error as { code?: unknown }).code === 'CONFLICT') return workflowId;
    throw error;
  }
}

/** Starts it with all that it needs. @throws a user error with the code CONFLICT or TOO_LARGE */
export async function startGiven(client: Client, workflowId: string, given: PipelineInput): Promise<string> {
  const size = sizeOf(given);
  if (size > MOST_BYTES)
    throw problem(
      'TOO_LARGE',
      `The definition with its input has ${Math.ceil(size / 1024)} KB, and at most ${MOST_BYTES / 1024} KB can be started. Give it less input.`,
    );
  const { name, version } = given.definition;
  try {
    const start = () =>
      client.workflow.start('pipeline', {
        ...workflowTuning,
        ...{ taskQueue: TASK_QUEUE, workflowId, workflowIdReusePolicy: 'REJECT_DUPLICATE', args: [given] },
        ...{ staticSummary: name, memo: { definition: keyOf(name, version), status: 'RUNNING' } },
      });
    await untilAnswered(client, start);
    return workflowId;
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    throw problem('CONFLICT', `There is a run "${workflowId}" already. Give this one another id, or none.`);
  }
}

/** "deploy_simple_v1-k3f9x2"; with a key, always the same for this key. */
function idFor(name: string, key?: string): string {
  const made = key ? createHash('sha256').update(`${name} ${key}`).digest('hex') : suffixOf(randomBytes(4));
  return `${name.replace(/[^\w.-]+/g, '-').slice(0, 60)}-${made.slice(0, 20)}`;
}

/** A run as the Temporal Service lists it. */
export interface Listed {
  workflowId: string;
  /** "deploy_simple_v1:1" */
  definition: string;
  status: RunStatus;
  /** Milliseconds since 1970. */
  startedAt: number;
  endedAt?: number;
  /** The run that this one is a sub-workflow of. */
  parent?: string;
}

/** The runs that were started last, newest first, a hundred at most; without those that are inside of others. */
export async function listRuns(client: Client): Promise<Listed[]> {
  const runs: Listed[] = [];
  const query = `WorkflowType = "pipeline" AND TaskQueue = "${TASK_QUEUE}" AND ParentWorkflowId IS NULL`;
  for (const state of ['=', '!='])
    for (const run of await listPage(client, `${query} AND ExecutionStatus ${state} "Running"`))
      runs.push(run);
  const newest = [...new Map(runs.map((run) => [run.workflowId, run])).values()];
  return newest.toSorted((a, b) => b.startedAt - a.startedAt).slice(0, LISTED);
}

async function listPage(client: Client, query: string): Promise<Listed[]> {
  const { namespace } = client.options;
  const { executions } = await client.workflowService.listWorkflowExecutions({
    ...{ namespace, query, pageSize: LISTED },
  });
  return executions.map((info) => {
    const { execution, memo, startTime, closeTime, parentExecution, status } = info;
    const noted = (name: string) => {
      const payload = memo?.fields?.[name];
      return payload ? defaultPayloadConverter.fromPayload<string>(payload) : undefined;
    };
    // One that was ended from outside could not note how.
    const ended = status === STATUS_TERMINATED ? 'TERMINATED' : undefined;
    return {
      workflowId: execution?.workflowId ?? '',
      definition: noted('definition') ?? '',
      status: (ended ?? noted('status') ?? 'RUNNING') as RunStatus,
      startedAt: toDate(startTime)?.getTime() ?? 0,
      endedAt: toDate(closeTime)?.getTime(),
      parent: parentExecution?.workflowId ?? undefined,
    };
  });
}

/** No new task begins until it is resumed; what is under way goes on. @throws a user error with the code NOT_FOUND */
export async function pausePipeline(client: Client, workflowId: string): Promise<void> {
  await ask(client, workflowId, (handle) => handle.signal('pause'));
}

/** @throws a user error with the code NOT_FOUND */
export async function resumePipeline(client: Client, workflowId: string): Promise<void> {
  await ask(client, workflowId, (handle) => handle.signal('resume'));
}

/** Ends it as TERMINATED, and its sub-workflows with it. @throws a user error with the code NOT_FOUND */
export async function cancelPipeline(client: Client, workflowId: string): Promise<void> {
  await ask(client, workflowId, (handle) => handle.cancel());
}

/** Says that a WAIT is done, or has failed. @throws a user error with the code NOT_FOUND */
export async function completeTask(
  client: Client,
  workflowId: string,
  completion: Completion,
): Promise<void> {
  await ask(client, workflowId, (handle) => handle.signal('completeTask', completion));
}

async function ask(
  client: Client,
  workflowId: string,
  what: (handle: ReturnType<Client['workflow']['getHandle']>) => Promise<unknown>,
): Promise<void> {
  try {
    await untilAnswered(client, () => what(client.workflow.getHandle(workflowId)));
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    throw problem('NOT_FOUND', `No run "${workflowId}" is under way. List them: npm run pipelines list`);
  }
}
