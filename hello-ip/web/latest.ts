// Follows whichever greeting was started last, for a page that is left open on a projector.
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { isAway } from '../support/service-error.ts';
import { lastStarted } from './last-started.ts';
import type { Reader, Snapshot } from './reader.ts';

const POLL_INTERVAL_MS = 300;
const LOOK_DEADLINE_MS = 650;

/** Told of the newest greeting at each look; of nothing while nobody has been greeted. */
export type LatestListener = (snapshot: Snapshot | undefined) => void;

/** The newest greeting, once or again and again. */
export interface Latest {
  /** One look, now. It never fails: a Temporal Service that does not answer is part of what it saw. */
  look(): Promise<Snapshot | undefined>;
  /** Tells the listener until the returned function is called, and moves on to each newer greeting. */
  follow(listener: LatestListener): () => void;
}

/** The newest greeting as this reader sees it; one poll for it, however many pages are open. */
export function createLatest(client: Client, reader: Reader): Latest {
  const listeners = new Set<LatestListener>();
  let newest: string | undefined;
  let awaySince: Date | undefined;
  let isRunning = false;

  /** While the Temporal Service does not answer, the newest greeting is the one that was the newest. */
  async function find(): Promise<string | undefined> {
    try {
      const deadline = Date.now() + LOOK_DEADLINE_MS;
      newest = await client.withDeadline(deadline, () => lastStarted(client));
      awaySince = undefined;
    } catch (error) {
      if (isAway(error)) awaySince ??= new Date();
    }
    return newest;
  }

  function nothingKnown(): Snapshot | undefined {
    return awaySince && { workflowId: '', found: true, back: false, awaySince };
  }

  async function run(): Promise<void> {
    isRunning = true;
    let followed: string | undefined;
    let unfollow = () => {};
    while (listeners.size > 0) {
      const workflowId = await find();
      if (!workflowId) tell(nothingKnown());
      if (workflowId !== followed) {
        unfollow();
        unfollow = workflowId ? reader.follow(workflowId, tell) : () => {};
        followed = workflowId;
      }
      await delay(POLL_INTERVAL_MS);
    }
    unfollow();
    isRunning = false;
  }

  function tell(snapshot: Snapshot | undefined): void {
    for (const listener of listeners) listener(snapshot);
  }

  async function look(): Promise<Snapshot | undefined> {
    const workflowId = await find();
    return workflowId ? reader.look(workflowId) : nothingKnown();
  }

  return {
    look,
    follow(listener) {
      listeners.add(listener);
      // Whoever comes while others are told already is not told of a greeting that has ended.
      if (isRunning) void look().then(listener);
      else void run();
      return () => listeners.delete(listener);
    },
  };
}
