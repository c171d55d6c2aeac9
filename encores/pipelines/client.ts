// Starts, steers and reads pipelines: what commands, page and tests have in common.
import { randomBytes } from 'node:crypto';
import { type Client, WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError } from '@temporalio/client';
import { workflowTuning } from '../../hello-ip/stage-tuning.ts';
import { untilAnswered } from '../../hello-ip/support/connection.ts';
import { suffixOf } from '../../hello-ip/support/suffix.ts';
import { problem } from '../support/problem.ts';
import { inWords, MOST_BYTES } from './check.ts';
import { keyOf } from './definition.ts';
import { type JsonObject, sizeOf } from './json.ts';
import type { PipelineInput } from './pipeline.ts';
import type { Registry } from './registry.ts';
import type { Completion } from './run.ts';
import { TASK_QUEUE } from './task-queue.ts';

/** What a run is started with. */
export interface Start {
  name: string;
  /** The newest, if absent. */
  version?: number;
  input?: JsonObject;
  correlationId?: string;
  /** The id of the run; one that was never used, if absent. A second start of the same id starts nothing. */
  workflowId?: string;
}

/**
 * @returns the id of the run
 * @throws a user error with the code NOT_FOUND, CONFLICT or TOO_LARGE
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
  return startGiven(client, start.workflowId ?? newId(name), given);
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

/** "deploy_simple_v1-k3f9x2" */
function newId(name: string): string {
  return `${name.replace(/[^\w.-]+/g, '-').slice(0, 60)}-${suffixOf(randomBytes(4))}`;
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
