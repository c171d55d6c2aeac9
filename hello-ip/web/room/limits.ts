// How often the room may greet: each phone once in a while, an address as often as a full room does, and all of them up to a number.
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** One phone. */
const BETWEEN_MS = 3000;
/** One address: a whole room may be behind one. */
const AT_ONCE = 300;
const PER_SECOND = 20;
/** All of them. */
export const MOST_IN_FLIGHT = 1000;
/** What is remembered of phones and of addresses. */
const MOST_REMEMBERED = 5000;

/** Why a phone has to wait: it was here just now, its address is too busy, or the room is full. */
export type Refusal = 'too soon' | 'too many' | 'full';

/** Names phones, and counts what they do. */
export interface Limits {
  /** A name for a phone that has none: the value of its cookie. */
  newPhone(): string;
  /** Whether it is a name that we gave. */
  isPhone(cookie: string | undefined): cookie is string;
  /** Counts one greeting, or says why it must not be started. `at` is in milliseconds. */
  refuse(phone: string, address: string, inFlight: number, at?: number): Refusal | undefined;
}

/** The names are signed with a secret of this process: nobody can invent phones, or wait for less by being many. */
export function createLimits(secret = randomBytes(32)): Limits {
  const lastOf = new Map<string, number>();
  const buckets = new Map<string, { left: number; at: number }>();
  const sign = (id: string) => createHmac('sha256', secret).update(id).digest('hex').slice(0, 32);

  function isPhone(cookie: string | undefined): cookie is string {
    const [, id = '', signature = ''] = /^([0-9a-f]{32})\.([0-9a-f]{32})$/.exec(cookie ?? '') ?? [];
    return id !== '' && timingSafeEqual(Buffer.from(sign(id)), Buffer.from(signature));
  }

  /** Fills up slowly, and is emptied by one with each greeting. */
  function takeFrom(address: string, at: number): boolean {
    const bucket = buckets.get(address) ?? { left: AT_ONCE, at };
    const left = Math.min(AT_ONCE, bucket.left + ((at - bucket.at) / 1000) * PER_SECOND);
    remember(buckets, address, { left: left >= 1 ? left - 1 : left, at });
    return left >= 1;
  }

  return {
    newPhone() {
      const id = randomBytes(16).toString('hex');
      return `${id}.${sign(id)}`;
    },
    isPhone,
    refuse(phone, address, inFlight, at = Date.now()) {
      if (inFlight >= MOST_IN_FLIGHT) return 'full';
      if (at - (lastOf.get(phone) ?? Number.NEGATIVE_INFINITY) < BETWEEN_MS) return 'too soon';
      if (!takeFrom(address, at)) return 'too many';
      remember(lastOf, phone, at);
      return undefined;
    },
  };
}

function remember<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > MOST_REMEMBERED && oldest !== undefined) map.delete(oldest);
}
