// Follows executions for the open pages: one reader per execution, however many pages show it.
import { setTimeout as delay } from 'node:timers/promises';
import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { troubleLog } from '../support/service-error.ts';
import { type Progress, type Reading, readProgress } from './progress.ts';
import { addSight, noSightings } from './timeline/sightings.ts';
import type { Sightings } from './timeline/timeline.ts';
import { FRESH_MS, workerCounter } from './workers.ts';

const POLL_INTERVAL_MS = 200;
/** After an event the next one is rarely far off; the pause doubles from here. */
const LOOK_SOON_MS = 25;
/** One failed look is not an outage, two in a row are: with the pause between, 1.5 s after a Service falls silent. */
const LOOK_LASTS_AT_MOST_MS = 650;
/** How long the last known state outlives the last page, for instance while a page is reloaded. */
const LINGER_MS = 60_000;

/** What can be shown about one greeting at one moment. */
export interface Snapshot {
  workflowId: string;
  /** False when the Temporal Service says that it knows no such greeting. */
  found: boolean;
  /** The last known facts; none before the first answer. */
  progress?: Progress;
  /** How many Workers are polling; undefined if that cannot be known. */
  workers?: number;
  /** Since when looks have been failing; set only while they do. */
  awaySince?: Date;
  /** While they fail, the Temporal Service answers other questions: one of its hosts is gone, not all of it. */
  oneHostAway?: boolean;
  /** Why they fail, if that is not an outage but must be fixed; two sentences. */
  trouble?: string;
  /** The Temporal Service was away and is back, and no Worker has reported since. */
  back: boolean;
  /** The last known Event History. */
  events?: Reading['events'];
  /** What was seen while somebody looked. */
  seen?: Sightings;
}

interface Followed {
  snapshot: Snapshot;
  reading?: Reading;
  seen: Sightings;
  listeners: Set<(snapshot: Snapshot) => void>;
  following: boolean;
  /** The look under way: anyone who wants one meanwhile waits for this one. */
  looking?: Promise<void>;
  /** When the current run of failed looks began. */
  failingSince?: Date;
  noteTrouble: ReturnType<typeof troubleLog>;
  forgetting?: NodeJS.Timeout;
}

/** Looks at greetings, once or repeatedly until they end. */
export interface Reader {
  /** One look, now. It never fails: a Temporal Service that does not answer is part of what it sees. */
  look(workflowId: string): Promise<Snapshot>;
  /** Tells the listener about each look until the greeting ends or the returned function is called. */
  follow(workflowId: string, listener: (snapshot: Snapshot) => void): () => void;
}

/** Nothing more will happen to this greeting. */
export function isFinal({ found, progress }: Snapshot): boolean {
  return !found || (progress !== undefined && progress.status !== 'RUNNING');
}

function newEntry(workflowId: string): Followed {
  const snapshot: Snapshot = { workflowId, found: true, back: false };
  const seen = noSightings();
  return { snapshot, seen, listeners: new Set(), following: false, noteTrouble: troubleLog() };
}

/** Adds what a look has seen to what its timeline is drawn from. */
function note({ snapshot, seen }: Followed): void {
  const { progress, workers, trouble, oneHostAway } = snapshot;
  // A Service that refuses is there, and so is one that lacks a host.
  const awaySince = trouble || oneHostAway ? undefined : snapshot.awaySince;
  if (progress?.status !== 'RUNNING') return;
  const { pending, getIP } = progress;
  const activity = getIP.completed ? 'getLocationInfo' : 'getIP';
  const trying = pending && { activity, attempt: pending.attempt, hasFailed: pending.failure !== undefined };
  addSight(seen, { at: Date.now(), workers, awaySince: awaySince?.getTime(), trying }, FRESH_MS);
}

/** Whether a host takes a question that needs no other host. */
function answersAtAll(client: Client): Promise<boolean> {
  const deadline = Date.now() + LOOK_LASTS_AT_MOST_MS;
  return client
    .withDeadline(deadline, async () => client.workflowService.getSystemInfo({}))
    .then(
      () => true,
      () => false,
    );
}

/** A reader on one client; keep no more than one per process. */
export function createReader(client: Client): Reader {
  const countWorkers = workerCounter(client);
  const followed = new Map<string, Followed>();

  function get(workflowId: string): Followed {
    const known = followed.get(workflowId);
    const entry = known ?? newEntry(workflowId);
    followed.set(workflowId, entry);
    return entry;
  }

  function look(entry: Followed): Promise<void> {
    entry.looking ??= lookNow(entry).finally(() => {
      entry.looking = undefined;
    });
    return entry.looking;
  }

  async function lookNow(entry: Followed): Promise<void> {
    const before = entry.snapshot;
    // Asked beside the second look, so that the answer costs no time. A Service that was away starts one host at a time.
    const isThere = entry.failingSince && (!before.awaySince || before.oneHostAway) && answersAtAll(client);
    try {
      const deadline = Date.now() + LOOK_LASTS_AT_MOST_MS;
      const [reading, workers] = await client.withDeadline(deadline, () =>
        Promise.all([readProgress(client, before.workflowId, entry.reading), countWorkers()]),
      );
      entry.reading = reading;
      const wasAway = before.awaySince !== undefined && !before.oneHostAway;
      const back = (wasAway || before.back) && workers === 0;
      answered(entry, {
        workflowId: before.workflowId,
        found: reading !== undefined,
        progress: reading?.progress ?? before.progress,
        workers,
        back,
        events: reading?.events ?? before.events,
        seen: entry.seen,
      });
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) return failed(entry, error, await isThere);
      const known = { ...before, awaySince: undefined, oneHostAway: undefined, trouble: undefined };
      answered(entry, { ...known, found: false, back: false });
    }
  }

  function answered(entry: Followed, snapshot: Snapshot): void {
    entry.snapshot = snapshot;
    entry.failingSince = undefined;
    entry.noteTrouble();
    note(entry);
  }

  function failed(entry: Followed, error: unknown, isThere = false): void {
    // What has ended stays ended, whether the Temporal Service answers or not.
    if (isFinal(entry.snapshot)) return;
    const awaySince = entry.failingSince;
    entry.failingSince ??= new Date();
    if (!awaySince) return;
    const trouble = entry.noteTrouble(error);
    const oneHostAway = isThere && !trouble;
    entry.snapshot = { ...entry.snapshot, back: false, awaySince, oneHostAway, trouble };
    note(entry);
  }

  /** A look, and a second one if the first failed and so says nothing yet. */
  async function lookTwice(entry: Followed): Promise<void> {
    await look(entry);
    if (!entry.failingSince || entry.snapshot.awaySince) return;
    await delay(POLL_INTERVAL_MS);
    await look(entry);
  }

  async function run(entry: Followed): Promise<void> {
    entry.following = true;
    let pause = LOOK_SOON_MS;
    while (entry.listeners.size > 0) {
      const before = entry.reading?.historyLength;
      await look(entry);
      for (const listener of entry.listeners) listener(entry.snapshot);
      if (isFinal(entry.snapshot)) break;
      const hasGrown = entry.reading?.historyLength !== before;
      pause = hasGrown ? LOOK_SOON_MS : Math.min(2 * pause, POLL_INTERVAL_MS);
      await delay(pause);
    }
    entry.following = false;
    forgetLater(entry);
  }

  function forgetLater(entry: Followed): void {
    const { workflowId } = entry.snapshot;
    const forget = () => {
      if (!entry.following && followed.get(workflowId) === entry) followed.delete(workflowId);
    };
    clearTimeout(entry.forgetting);
    entry.forgetting = setTimeout(forget, LINGER_MS).unref();
  }

  return {
    async look(workflowId) {
      const entry = get(workflowId);
      if (!entry.following) await lookTwice(entry);
      forgetLater(entry);
      return entry.snapshot;
    },
    follow(workflowId, listener) {
      const entry = get(workflowId);
      entry.listeners.add(listener);
      if (!entry.following) void run(entry);
      return () => entry.listeners.delete(listener);
    },
  };
}
