// Starts, lists and cancels releases: what command, page and stage have in common.
import { randomBytes } from 'node:crypto';
import { type Client, WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError } from '@temporalio/client';
import { workflowTuning } from '../../hello-ip/stage-tuning.ts';
import { untilAnswered } from '../../hello-ip/support/connection.ts';
import { suffixOf } from '../../hello-ip/support/suffix.ts';
import { toDate } from '../../hello-ip/web/progress.ts';
import type { Execution } from '../support/cursor.ts';
import { problem } from '../support/problem.ts';
import { TASK_QUEUE } from './deployment.ts';
import { type Plan, readPlan, wavesOf } from './plan.ts';

const OURS = `WorkflowType = "release" AND TaskQueue = "${TASK_QUEUE}"`;
const LISTED = 100;

/** An execution as the Temporal Service lists it. */
export interface Listed extends Execution {
  startedAt: number;
  isRunning: boolean;
  /** How many events its history has. */
  length: number;
}

/** The Workflow Id of a release. */
export function workflowIdOf(release: string): string {
  return `release-${release}`;
}

/**
 * A plan from what somebody wrote: with an id that was never used and the waves of the demo, unless it has its own.
 * @throws a user error that names the first thing that is wrong with it
 */
export function draftPlan(json: unknown): Plan {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return readPlan(json);
  const { name } = json as { name?: unknown };
  return readPlan({ id: newId(typeof name === 'string' ? name : ''), waves: wavesOf(), ...json });
}

/** "checkout-8.1-k3f9x2" for "Checkout 8.1". */
function newId(name: string): string {
  const plain = name.normalize('NFKD').toLowerCase().replace(/\p{M}/gu, '');
  const slug = plain.replace(/[^a-z0-9.]+/g, '-').slice(0, 40);
  return `${slug.replace(/^[-.]+|[-.]+$/g, '') || 'release'}-${suffixOf(randomBytes(4))}`;
}

/** @throws a user error with the code CONFLICT when there is or was a release of that id */
export async function startRelease(client: Client, plan: Plan): Promise<Execution> {
  const workflowId = workflowIdOf(plan.id);
  try {
    const start = () =>
      client.workflow.start('release', {
        ...workflowTuning,
        taskQueue: TASK_QUEUE,
        workflowId,
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
        staticSummary: plan.name ?? plan.id,
        staticDetails: plan.description,
        args: [plan],
      });
    const { firstExecutionRunId } = await untilAnswered(client, start);
    return { workflowId, runId: firstExecutionRunId };
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    throw problem('CONFLICT', `There is a release "${plan.id}" already. Give this one another id, or none.`);
  }
}

/** Asks a release to stop after the app at hand. @throws a user error with the code NOT_FOUND or CONFLICT */
export async function cancelRelease(client: Client, release: string): Promise<void> {
  const handle = client.workflow.getHandle(workflowIdOf(release));
  try {
    await untilAnswered(client, () => handle.signal('cancelRelease'));
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    throw await whyNotCancelled(client, release);
  }
}

async function whyNotCancelled(client: Client, release: string): Promise<Error> {
  try {
    const { status } = await client.workflow.getHandle(workflowIdOf(release)).describe();
    return problem(
      'CONFLICT',
      `The release "${release}" is ${status.name.toLowerCase()} already. Only one that runs can be cancelled: npm run releases list`,
    );
  } catch (error) {
    return error instanceof WorkflowNotFoundError ? unknownRelease(release) : (error as Error);
  }
}

/** What is said of a release that nobody has started. */
export function unknownRelease(release: string): Error {
  return problem('NOT_FOUND', `There is no release "${release}". List them: npm run releases list`);
}

/**
 * The releases that were started last, newest first, a hundred at most.
 * A Temporal Service on SQLite lists running ones first and cannot be asked for another order.
 */
export async function listReleases(client: Client): Promise<Listed[]> {
  const { namespace } = client.options;
  const list = (which: string) => {
    const query = `${OURS} AND ExecutionStatus ${which} "Running"`;
    return client.workflowService.listWorkflowExecutions({ namespace, query, pageSize: LISTED });
  };
  // One after the other: a release that ends in between is then in both lists, never in neither.
  const lists = [await list('='), await list('!=')];
  const listed = lists.flatMap(({ executions }, index) =>
    executions.map(({ execution, startTime, historyLength }) => ({
      workflowId: execution?.workflowId ?? '',
      runId: execution?.runId ?? '',
      startedAt: toDate(startTime)?.getTime() ?? 0,
      isRunning: index === 0,
      length: Number(historyLength),
    })),
  );
  const newest = [...new Map(listed.map((each) => [each.runId, each])).values()];
  return newest.toSorted((a, b) => b.startedAt - a.startedAt).slice(0, LISTED);
}
