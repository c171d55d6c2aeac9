// Follows the releases for everybody who shows them: one look for all, and the last known state while the Temporal Service is away.
import { setTimeout as delay } from 'node:timers/promises';
import type { Client, WorkflowExecutionDescription } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import { isUnknown, troubleLog } from '../../hello-ip/support/service-error.ts';
import { toDate } from '../../hello-ip/web/progress.ts';
import { workerCounter } from '../../hello-ip/web/workers.ts';
import { STEPS, type Step } from '../platform/steps.ts';
import { type Cursor, createCursor, type Execution } from '../support/cursor.ts';
import { type Listed, listReleases, workflowIdOf } from './client.ts';
import { TASK_QUEUE } from './deployment.ts';
import { HistoryReader, type Told } from './history.ts';

const POLL_INTERVAL_MS = 150;
/** New releases are looked for less often than those that run. */
const LIST_INTERVAL_MS = 400;
const LOOK_LASTS_AT_MOST_MS = 1000;
/** temporal.api.enums.v1.PendingActivityState */
const PENDING_ACTIVITY_STATE_STARTED = 2;

/** The deployment that is under way, which no Event History shows until it is over. */
export interface AtHand {
  /** A Worker is at it; otherwise it waits, for a Worker or for its next attempt. */
  isRunning: boolean;
  /** The step that its last heartbeat named. */
  step?: Step;
  attempt: number;
  /** Why the attempt before failed. */
  failure?: string;
  /** Only while it is in the future. */
  nextAttempt?: number;
}

/** A release as it was at the last look. */
export interface Release extends Execution, Told {
  atHand?: AtHand;
}

/** All releases at one moment. */
export interface Sight {
  /** Newest first; undefined before the Temporal Service has answered once. */
  releases?: Release[];
  /** How many Workers poll; undefined if that cannot be known. */
  workers?: number;
  /** Since when the Temporal Service has not answered, in milliseconds since 1970. */
  awaySince?: number;
  /** Why it refuses, if that is not an outage; two sentences. */
  trouble?: string;
}

export interface Follower {
  /** One look, now. It never fails: a Temporal Service that does not answer is part of what it sees. */
  look(): Promise<Sight>;
  /** One release, however old; undefined if there is none. Fails as the Temporal Service does. */
  find(release: string): Promise<Release | undefined>;
  /** Tells the listener about each look until the returned function is called. */
  follow(listener: (sight: Sight) => void): () => void;
}

interface Followed extends Listed {
  cursor: Cursor<Told>;
  atHand?: AtHand;
}

/** A follower on one client; one is enough for a process. */
export function createFollower(client: Client): Follower {
  const countWorkers = workerCounter(client, TASK_QUEUE);
  const noteTrouble = troubleLog();
  const known = new Map<string, Followed>();
  const listeners = new Set<(sight: Sight) => void>();
  let sight: Sight = {};
  let looking: Promise<Sight> | undefined;
  let listedAt = 0;
  let failingSince: number | undefined;
  let isRunning = false;

  async function lookNow(): Promise<Sight> {
    try {
      const workers = await client.withDeadline(Date.now() + LOOK_LASTS_AT_MOST_MS, async () => {
        await list();
        await Promise.all([...known.values()].map(update));
        return countWorkers();
      });
      failingSince = undefined;
      noteTrouble();
      sight = { releases: releasesOf(known), workers };
    } catch (error) {
      const trouble = noteTrouble(error);
      // One failed look is not an outage; two in a row are.
      if (failingSince) sight = { ...sight, awaySince: failingSince, trouble };
      failingSince ??= Date.now();
    }
    return sight;
  }

  async function list(): Promise<void> {
    if (Date.now() - listedAt < LIST_INTERVAL_MS) return;
    const listed = await listReleases(client);
    listedAt = Date.now();
    for (const each of listed) add(each);
    const runs = new Set(listed.map(({ runId }) => runId));
    for (const runId of known.keys()) if (!runs.has(runId)) known.delete(runId);
  }

  function add(listed: Listed): Followed {
    const followed = known.get(listed.runId) ?? { ...listed, cursor: readerOf(client, listed) };
    known.set(listed.runId, followed);
    if (!listed.isRunning) followed.length = listed.length;
    return followed;
  }

  /** Reads what a release has done since the last look; one that has ended is read to its end, once. */
  async function update(followed: Followed): Promise<void> {
    const { cursor } = followed;
    if (cursor.told()?.endedAt !== undefined) return;
    if (followed.isRunning) {
      const handle = client.workflow.getHandle(followed.workflowId, followed.runId);
      const description = await handle.describe();
      followed.isRunning = description.status.name === 'RUNNING';
      followed.length = description.historyLength;
      followed.atHand = atHandOf(description);
    }
    await cursor.read(followed.length);
  }

  function look(): Promise<Sight> {
    looking ??= lookNow().finally(() => {
      looking = undefined;
    });
    return looking;
  }

  async function run(): Promise<void> {
    isRunning = true;
    while (listeners.size > 0) {
      const seen = await look();
      for (const listener of listeners) listener(seen);
      await delay(POLL_INTERVAL_MS);
    }
    isRunning = false;
  }

  return {
    async look() {
      const seen = await look();
      return failingSince && !seen.awaySince ? look() : seen;
    },
    async find(release) {
      const { releases = [] } = await look();
      const workflowId = workflowIdOf(release);
      return releases.find((each) => each.workflowId === workflowId) ?? findOld(client, workflowId);
    },
    follow(listener) {
      listeners.add(listener);
      if (!isRunning) void run();
      return () => listeners.delete(listener);
    },
  };
}

const readerOf = (client: Client, execution: Execution) =>
  createCursor(client, execution, () => new HistoryReader());

/** A release that is too old for the list, or too new for it. */
async function findOld(client: Client, workflowId: string): Promise<Release | undefined> {
  const description = await client.withDeadline(Date.now() + LOOK_LASTS_AT_MOST_MS, () =>
    client.workflow
      .getHandle(workflowId)
      .describe()
      .catch((error) => {
        if (isUnknown(error) || error.name === 'WorkflowNotFoundError') return undefined;
        throw error;
      }),
  );
  if (description?.type !== 'release') return undefined;
  const { runId, historyLength } = description;
  const cursor = readerOf(client, { workflowId, runId });
  await client.withDeadline(Date.now() + LOOK_LASTS_AT_MOST_MS, () => cursor.read(historyLength));
  const told = cursor.told();
  return told && { workflowId, runId, ...told, atHand: atHandOf(description) };
}

function releasesOf(known: Map<string, Followed>): Release[] {
  const releases = [...known.values()].flatMap(({ workflowId, runId, cursor, atHand }) => {
    const told = cursor.told();
    return told ? [{ workflowId, runId, ...told, atHand: told.endedAt ? undefined : atHand }] : [];
  });
  return releases.toSorted((a, b) => b.startedAt - a.startedAt);
}

/** Read from the Activity that is pending; its heartbeats are not in the Event History. */
function atHandOf({ raw }: WorkflowExecutionDescription): AtHand | undefined {
  const pending = raw.pendingActivities?.find(({ activityType }) => activityType?.name === 'deployApp');
  if (!pending) return undefined;
  const next = toDate(pending.nextAttemptScheduleTime)?.getTime();
  const [payload] = pending.heartbeatDetails?.payloads ?? [];
  const beat = payload && defaultPayloadConverter.fromPayload<unknown>(payload);
  return {
    step: STEPS.find((step) => step === beat),
    isRunning: pending.state === PENDING_ACTIVITY_STATE_STARTED,
    attempt: pending.attempt ?? 1,
    failure: pending.lastFailure?.message ?? undefined,
    nextAttempt: next && next > Date.now() ? next : undefined,
  };
}
