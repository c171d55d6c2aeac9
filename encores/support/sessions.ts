// What the sign-in remembers, in memory only: who is signed in, and where wrong passwords came from.
import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { isLoopback } from '../../hello-ip/web/hosts.ts';

const HOUR_MS = 3_600_000;
/** How long a session lasts: a day at the venue. */
export const SESSION_MS = 12 * HOUR_MS;
const MOST_SESSIONS = 100;

const FREE_TRIES = 5;
/** Many addresses together have these; from then on everybody is slow. */
const FREE_TRIES_OF_ALL = 50;
const MOST_DELAY_MS = 30_000;
const MOST_PENDING = 20;
const BUSY_SECONDS = 5;

/** The time, and how to let it pass; a test has its own. */
export interface Clock {
  now: () => number;
  delay: (ms: number) => Promise<unknown>;
}

export const CLOCK: Clock = { now: Date.now, delay: (ms) => sleep(ms, undefined, { ref: false }) };

/** The open sessions by the hash of their token: whoever sees this memory cannot sign in with what is there. */
export function createSessions({ now }: Pick<Clock, 'now'> = CLOCK) {
  const ends = new Map<string, number>();
  return {
    /** @returns the token of a new session; beyond the most there may be, the oldest ends */
    open(): string {
      const token = randomBytes(32).toString('base64url');
      ends.set(hashOf(token), now() + SESSION_MS);
      const [oldest] = ends.keys();
      if (ends.size > MOST_SESSIONS && oldest !== undefined) ends.delete(oldest);
      return token;
    },
    isOpen: (token: string): boolean => (ends.get(hashOf(token)) ?? 0) > now(),
    close: (token: string): void => void ends.delete(hashOf(token)),
  };
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('base64');
}

/** How a try went; it is not made at all where others are in its way, and may be after some seconds. */
export type Outcome = 'right' | 'wrong' | { retryAfter: number };

/**
 * Makes tries slow after five wrong ones in a row: 1 s, then twice as long each time, up to 30 s. Counts by address,
 * and for all addresses together, so that having many does not help. An hour without a try is forgiven.
 * @returns a function that makes one try: `check` says whether it is right, and only one check runs at a time
 */
export function createTries({ now, delay }: Clock = CLOCK) {
  const tries = new Map<string, { count: number; last: number }>();
  const waiting = new Map<string, number>();
  let pending = 0;
  let lastCheck: Promise<unknown> = Promise.resolve();

  return async (address: string, check: () => Promise<boolean>): Promise<Outcome> => {
    const until = waiting.get(address);
    if (until !== undefined) return { retryAfter: Math.max(1, Math.ceil((until - now()) / 1000)) };
    // The presenter's own machine always gets a place, however busy others keep the rest.
    if (pending >= MOST_PENDING && !isThisMachine(address)) return { retryAfter: BUSY_SECONDS };
    pending += 1;
    try {
      await waitFor(address, delayOf(address));
      const isRight = await inTurn(check);
      if (isRight) tries.delete(address);
      return isRight ? 'right' : 'wrong';
    } finally {
      pending -= 1;
    }
  };

  /** Takes this try for a wrong one until it is known to be right: many at once would otherwise all be the first. */
  function delayOf(address: string): number {
    for (const [old, { last }] of tries) if (last <= now() - HOUR_MS) tries.delete(old);
    const { count } = tries.get(address) ?? { count: 0 };
    const all = [...tries.values()].reduce((sum, each) => sum + each.count, 0);
    tries.set(address, { count: count + 1, last: now() });
    const own = slowness(count - FREE_TRIES);
    return isThisMachine(address) ? own : Math.max(own, slowness(all - FREE_TRIES_OF_ALL));
  }

  async function waitFor(address: string, ms: number): Promise<void> {
    if (ms === 0) return;
    waiting.set(address, now() + ms);
    await delay(ms).finally(() => waiting.delete(address));
  }

  function inTurn(check: () => Promise<boolean>): Promise<boolean> {
    const checked = lastCheck.then(check);
    lastCheck = checked.catch(() => {});
    return checked;
  }
}

function slowness(triesTooMany: number): number {
  return triesTooMany < 0 ? 0 : Math.min(1000 * 2 ** triesTooMany, MOST_DELAY_MS);
}

/** A server that listens on IPv6 sees IPv4 addresses in this form. */
function isThisMachine(address: string): boolean {
  return isLoopback(address.replace(/^::ffff:/, ''));
}
