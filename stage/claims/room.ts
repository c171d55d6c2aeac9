// Judges the room: by the list of everybody's greetings, and by the lookups that the network has counted.

import { countGuests, type Guest, type Sight } from '../../hello-ip/web/room/roster.ts';
import type { Activity } from '../../hello-ip/web/timeline/facts.ts';
import { HOSTS } from '../network/lookup-hosts.ts';
import type { LookupCount } from '../network/proxy.ts';
import type { Verdict } from './observations.ts';

/** A lookup that was made more often than once, and how often the Activity was tried according to the Event History. */
export interface Repeated {
  guest: Guest;
  activity: Activity;
  lookups: number;
  attempts: number;
}

/** At least so many of the room's greetings are under way. */
export function inFlightAtLeast({ guests }: Sight, n: number): Verdict {
  const { greeted, inFlight } = countGuests(guests);
  return { holds: inFlight >= n, facts: [`${inFlight} in flight, ${greeted} greeted`] };
}

/**
 * Everybody who came was greeted once.
 * @param attemptsOf how often the Event History says that an Activity was tried; asked only for lookups made again
 */
export async function allGreeted(
  { guests }: Sight,
  lookups: readonly LookupCount[],
  attemptsOf: (guest: Guest, activity: Activity) => Promise<number>,
): Promise<Verdict> {
  const { greeted, inFlight, lost } = countGuests(guests);
  const standing = `${guests.length} started, ${greeted} greeted, ${inFlight} in flight, ${lost} lost`;
  if (guests.length === 0) return notSo('nobody is in the room');
  if (greeted < guests.length) return notSo(standing);
  const ids = new Set(guests.map(({ id }) => id));
  if (ids.size < guests.length) return notSo(`${guests.length - ids.size} were greeted twice`);
  const counted = guests.flatMap((guest) => countsOf(guest, lookups));
  const missing = counted.filter((one) => one.lookups === 0).length;
  if (missing > 0)
    return notSo(`${standing}, but ${missing} lookups were not counted: the network was restarted since`);
  const again = counted.filter((one) => one.lookups > 1);
  const repeated: Repeated[] = await Promise.all(
    again.map(async (one) => ({ ...one, attempts: await attemptsOf(one.guest, one.activity) })),
  );
  const twice = repeated.filter((one) => one.lookups > one.attempts);
  if (twice.length > 0)
    return notSo(
      ...twice.map(
        (one) =>
          `${one.guest.name}: ${one.activity} looked up ${one.lookups} times in ${one.attempts} attempts`,
      ),
    );
  return {
    holds: true,
    facts: [`${guests.length} started, ${greeted} greeted, none twice`, saying(counted.length, again.length)],
  };
}

/** As long as one after the other is greeted, the others are waited for. */
const NEXT_WITHIN_MS = 10_000;

/** In how many milliseconds the last Timer of the room is due, or at once while one after the other ends; else undefined. */
export function lastDueMs({ guests }: Sight, now: number): number | undefined {
  if (guests.some(({ endedAt = 0 }) => now - endedAt < NEXT_WITHIN_MS)) return 1;
  const due = guests
    .filter(({ status }) => status === 'RUNNING')
    .map(({ startedAt, seconds }) => startedAt + seconds * 1000 - now);
  const last = Math.max(0, ...due);
  return last > 0 ? last : undefined;
}

function countsOf(guest: Guest, lookups: readonly LookupCount[]) {
  const traceId = guest.runId.replaceAll('-', '');
  return (Object.keys(HOSTS) as Activity[]).map((activity) => ({
    guest,
    activity,
    lookups:
      lookups.find((counted) => counted.traceId === traceId && counted.host === HOSTS[activity])?.count ?? 0,
  }));
}

function saying(all: number, again: number): string {
  const once = `${all - again} of ${all} lookups counted once each by the network`;
  return again === 0 ? once : `${once}; ${again} were interrupted by a kill and made again`;
}

function notSo(...facts: string[]): Verdict {
  return { holds: false, facts };
}
