// What a reader notes of one greeting besides its history: when no Worker was there, when the Temporal Service was away, what failed.
import type { Period, Sightings } from './timeline.ts';

/** Nobody could read more of them than this. */
const MAX_NOTED = 100;

/** What was seen in one look. */
export interface Sight {
  at: number;
  /** How many Workers polled; undefined if that cannot be known. */
  workers?: number;
  /** Since when the Temporal Service has been away. */
  awaySince?: number;
  /** The Activity that is being tried, and its attempt. */
  trying?: { activity: string; attempt: number; hasFailed: boolean };
}

/** Nothing has been seen yet. */
export function noSightings(): Sightings {
  return { noWorker: [], serviceAway: [], failedAttempts: [] };
}

/**
 * Adds one look. A killed Worker is missed only some time after its last heartbeat: `silentMs` is how long it has
 * been silent by then.
 */
export function addSight(seen: Sightings, sight: Sight, silentMs: number): void {
  const { at, workers, awaySince, trying } = sight;
  extend(seen.serviceAway, awaySince, at);
  // Nothing is heard of any Worker while the Temporal Service is away.
  if (awaySince === undefined && workers !== undefined)
    extend(seen.noWorker, workers === 0 ? at - silentMs : undefined, at);
  if (!trying?.hasFailed) return;
  const { activity, attempt } = trying;
  const isNoted = seen.failedAttempts.some(
    (noted) => noted.activity === activity && noted.attempt === attempt - 1,
  );
  if (!isNoted && seen.failedAttempts.length < MAX_NOTED)
    seen.failedAttempts.push({ activity, attempt: attempt - 1, at });
}

/** Opens a period that begins then, or lets the open one go on; closes it when there is none. */
function extend(periods: Period[], since: number | undefined, at: number): void {
  const last = periods.at(-1);
  const isOpen = last !== undefined && last.to === undefined;
  if (since === undefined) {
    if (isOpen) last.to = at;
  } else if (!isOpen && periods.length < MAX_NOTED) periods.push({ from: since });
}
