// Follows executions for the open pages: one reader per execution, however many pages look at it.
import { setTimeout as delay } from 'node:timers/promises';
import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { type Progress, type Reading, readProgress } from './progress.ts';
import { workerCounter } from './workers.ts';

const LOOK_EVERY_MS = 200;
/** A look that takes longer than this means that the Temporal Service is away. */
const LOOK_LASTS_AT_MOST_MS = 1000;
/** How long the last known state outlives the last page, for instance while a page is reloaded. */
const LINGER_MS = 60_000;

/** What can be shown of one greeting at one moment. */
export interface Sight {
  workflowId: string;
  /** False when the Temporal Service says that it knows no such greeting. */
  found: boolean;
  /** The last known facts; none before the first answer. */
  progress?: Progress;
  /** How many Workers are there; undefined where nothing can be known of them. */
  workers?: number;
  /** Set while the Temporal Service does not answer. */
  awaySince?: Date;
  /** The Temporal Service was away and is back, and no Worker has been heard of since. */
  back: boolean;
}

interface Followed {
  sight: Sight;
  reading?: Reading;
  listeners: Set<(sight: Sight) => void>;
  following: boolean;
}

/** Looks at greetings, once or again and again until they end. */
export interface Reader {
  /** One look, now. It never fails: a Temporal Service that does not answer is part of what it saw. */
  look(workflowId: string): Promise<Sight>;
  /** Tells the listener of each look until the greeting ends or the returned function is called. */
  follow(workflowId: string, listener: (sight: Sight) => void): () => void;
}

/** Nothing more will happen to this greeting. */
export function isFinal({ found, progress }: Sight): boolean {
  return !found || (progress !== undefined && progress.status !== 'RUNNING');
}

/** A reader on one client; keep no more than one per process. */
export function createReader(client: Client): Reader {
  const countWorkers = workerCounter(client);
  const followed = new Map<string, Followed>();

  function get(workflowId: string): Followed {
    const sight: Sight = { workflowId, found: true, back: false };
    const entry = followed.get(workflowId) ?? { sight, listeners: new Set(), following: false };
    followed.set(workflowId, entry);
    return entry;
  }

  async function look(entry: Followed): Promise<void> {
    const before = entry.sight;
    try {
      const deadline = Date.now() + LOOK_LASTS_AT_MOST_MS;
      const [reading, workers] = await client.withDeadline(deadline, () =>
        Promise.all([readProgress(client, before.workflowId, entry.reading), countWorkers()]),
      );
      entry.reading = reading;
      const back = (before.awaySince !== undefined || before.back) && workers === 0;
      entry.sight = {
        workflowId: before.workflowId,
        found: reading !== undefined,
        progress: reading?.progress ?? before.progress,
        workers,
        back,
      };
    } catch (error) {
      const found = !(error instanceof WorkflowNotFoundError);
      // What has ended stays so, whether the Temporal Service answers or not.
      if (found && isFinal(before)) return;
      entry.sight = {
        ...before,
        found,
        back: false,
        awaySince: found ? (before.awaySince ?? new Date()) : undefined,
      };
    }
  }

  async function run(entry: Followed): Promise<void> {
    entry.following = true;
    while (entry.listeners.size > 0) {
      await look(entry);
      for (const listener of entry.listeners) listener(entry.sight);
      if (isFinal(entry.sight)) break;
      await delay(LOOK_EVERY_MS);
    }
    entry.following = false;
    forgetLater(entry);
  }

  function forgetLater(entry: Followed): void {
    const { workflowId } = entry.sight;
    const forget = () => {
      if (entry.listeners.size === 0 && followed.get(workflowId) === entry) followed.delete(workflowId);
    };
    setTimeout(forget, LINGER_MS).unref();
  }

  return {
    async look(workflowId) {
      const entry = get(workflowId);
      if (!entry.following) await look(entry);
      if (entry.listeners.size === 0) forgetLater(entry);
      return entry.sight;
    },
    follow(workflowId, listener) {
      const entry = get(workflowId);
      entry.listeners.add(listener);
      if (!entry.following) void run(entry);
      return () => entry.listeners.delete(listener);
    },
  };
}
