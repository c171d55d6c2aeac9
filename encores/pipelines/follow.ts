// Follows runs for everybody who shows them: one look for all, and the last known state while the Temporal Service is away.
import { setTimeout as delay } from 'node:timers/promises';
import type { Client, WorkflowExecutionDescription } from '@temporalio/client';
import { isUnknown, troubleLog } from '../../hello-ip/support/service-error.ts';
import { workerCounter } from '../../hello-ip/web/workers.ts';
import { type Cursor, createCursor, type Execution } from '../support/cursor.ts';
import { HistoryReader, type Told } from './history-reader.ts';
import { TASK_QUEUE } from './task-queue.ts';

const POLL_INTERVAL_MS = 150;
const LOOK_LASTS_AT_MOST_MS = 1000;
/** A run with many sub-workflows and a long history is read for the first time. */
const FIRST_LOOK_LASTS_AT_MOST_MS = 10_000;
const RUNS_KEPT = 50;
/** temporal.api.enums.v1.PendingActivityState */
const PENDING_ACTIVITY_STATE_STARTED = 2;

/** An Activity that is not over, which no Event History shows in full until it is. */
export interface AtHand {
  /** A Worker is at it; otherwise it waits for one. */
  isRunning: boolean;
  /** More than 1 when a Worker was lost. */
  attempt: number;
}

/** A run with those that it is the parent of. */
export interface RunTree extends Execution, Told {
  /** By the task's id. */
  atHand: ReadonlyMap<string, AtHand>;
  /** By the id of the SUB_WORKFLOW. */
  children: ReadonlyMap<string, RunTree>;
}

/** A run at one moment. */
export interface Sight {
  /** Undefined if there is none, or before the Temporal Service has answered once. */
  run?: RunTree;
  /** How many Workers poll; undefined if that cannot be known. */
  workers?: number;
  /** Since when the Temporal Service has not answered, in milliseconds since 1970. */
  awaySince?: number;
  /** Why it refuses, if that is not an outage; two sentences. */
  trouble?: string;
}

export interface Follower {
  /** The run now; undefined if there is none of this id. @throws a gRPC service error */
  find(workflowId: string): Promise<RunTree | undefined>;
  /** Tells the listener about each look until the returned function is called. */
  follow(workflowId: string, listener: (sight: Sight) => void): () => void;
  /** How many Workers poll. */
  countWorkers(): Promise<number | undefined>;
}

/** What is known of one execution. */
interface Followed extends Execution {
  cursor: Cursor<Told>;
  isRunning: boolean;
  atHand: Map<string, AtHand>;
}

/** A follower on one client; one is enough for a process. */
export function createFollower(client: Client): Follower {
  const countWorkers = workerCounter(client, TASK_QUEUE);
  const roots = new Map<string, ReturnType<typeof followRoot>>();

  function rootOf(workflowId: string) {
    const root = roots.get(workflowId) ?? followRoot(client, workflowId, countWorkers);
    roots.delete(workflowId);
    roots.set(workflowId, root);
    for (const [id, each] of roots) {
      if (roots.size <= RUNS_KEPT) break;
      if (!each.isFollowed()) roots.delete(id);
    }
    return root;
  }

  return {
    countWorkers,
    find: (workflowId) => rootOf(workflowId).find(),
    follow: (workflowId, listener) => rootOf(workflowId).follow(listener),
  };
}

function followRoot(client: Client, workflowId: string, countWorkers: () => Promise<number | undefined>) {
  const read = treeReader(client, workflowId);
  const noteTrouble = troubleLog();
  const listeners = new Set<(sight: Sight) => void>();
  let sight: Sight = {};
  let reading: Promise<RunTree | undefined> | undefined;
  let failingSince: number | undefined;
  let isRunning = false;

  function find(lasting = FIRST_LOOK_LASTS_AT_MOST_MS): Promise<RunTree | undefined> {
    reading ??= client.withDeadline(Date.now() + lasting, read).finally(() => {
      reading = undefined;
    });
    return reading;
  }

  async function look(): Promise<void> {
    try {
      const run = await find(sight.run ? LOOK_LASTS_AT_MOST_MS : FIRST_LOOK_LASTS_AT_MOST_MS);
      failingSince = undefined;
      noteTrouble();
      sight = { run, workers: await countWorkers() };
    } catch (error) {
      const trouble = noteTrouble(error);
      // One failed look is not an outage; two in a row are.
      if (failingSince) sight = { ...sight, awaySince: failingSince, trouble };
      failingSince ??= Date.now();
    }
  }

  async function keepLooking(): Promise<void> {
    isRunning = true;
    while (listeners.size > 0) {
      await look();
      for (const listener of listeners) listener(sight);
      await delay(POLL_INTERVAL_MS);
    }
    isRunning = false;
  }

  return {
    find: () => find(),
    isFollowed: () => listeners.size > 0,
    follow(listener: (sight: Sight) => void): () => void {
      listeners.add(listener);
      if (!isRunning) void keepLooking();
      return () => listeners.delete(listener);
    },
  };
}

/** Reads a run with its sub-workflows; what has ended is read once. */
function treeReader(client: Client, root: string): () => Promise<RunTree | undefined> {
  const known = new Map<string, Followed>();
  return () => read(root);

  async function read(workflowId: string): Promise<RunTree | undefined> {
    const followed = await update(workflowId);
    const told = followed?.cursor.told();
    if (!followed || !told) return undefined;
    const parents = told.tasks.filter(({ type }) => type === 'SUB_WORKFLOW');
    const read = await Promise.all(
      parents.map(async ({ id }) => [id, await readChild(workflowId, id)] as const),
    );
    const children = new Map(read.flatMap(([id, child]) => (child ? [[id, child] as const] : [])));
    const { runId, atHand } = followed;
    return { workflowId, runId, ...told, atHand, children };
  }

  function readChild(parent: string, task: string): Promise<RunTree | undefined> {
    return read(`${parent}.${task}`);
  }

  async function update(workflowId: string): Promise<Followed | undefined> {
    const before = known.get(workflowId);
    if (before?.cursor.told()?.endedAt !== undefined) return before;
    const description = await describe(client, workflowId);
    if (!description) return undefined;
    const { runId, historyLength } = description;
    // A run that goes on in a new history has another run ID.
    const followed = before?.runId === runId ? before : begin({ workflowId, runId });
    known.set(workflowId, followed);
    followed.isRunning = description.status.name === 'RUNNING';
    followed.atHand = atHandOf(description);
    await followed.cursor.read(historyLength);
    return followed;
  }

  function begin(execution: Execution): Followed {
    const cursor = createCursor(client, execution, () => new HistoryReader(execution.workflowId));
    return { ...execution, cursor, isRunning: true, atHand: new Map() };
  }
}

async function describe(
  client: Client,
  workflowId: string,
): Promise<WorkflowExecutionDescription | undefined> {
  try {
    const description = await client.workflow.getHandle(workflowId).describe();
    return description.type === 'pipeline' ? description : undefined;
  } catch (error) {
    if (isUnknown(error) || (error as Error).name === 'WorkflowNotFoundError') return undefined;
    throw error;
  }
}

function atHandOf({ raw }: WorkflowExecutionDescription): Map<string, AtHand> {
  const pending = raw.pendingActivities ?? [];
  return new Map(
    pending.map(({ activityId, state, attempt }) => [
      activityId ?? '',
      { isRunning: state === PENDING_ACTIVITY_STATE_STARTED, attempt: attempt ?? 1 },
    ]),
  );
}
