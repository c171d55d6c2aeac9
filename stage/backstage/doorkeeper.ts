// Who may come backstage: whoever brings the code of the terminal first; on a phone only after the terminal has said that it is the right phone.
import { randomBytes, randomInt, timingSafeEqual } from 'node:crypto';

const CODE_LASTS_MS = 120_000;
const WRONG_TRIES = 5;
const SILENT_MS = 60_000;
const BYTES = 16;

/** Where somebody is: on the presenter's own machine, or on a phone. Each has one at a time. */
export type Place = 'screen' | 'phone';

/** What became of a code: it is right, it is not, or nobody answers for a while. */
export type Verdict = 'right' | 'wrong' | 'silent';

/** Codes that get in once, and the cookies of those who are in. */
export interface Doorkeeper {
  /** A new code of 128 bits, good for two minutes and for one use; the one before is worth nothing any more. */
  newCode(): string;
  /** Uses the code up if it is right. */
  judge(code: string): Verdict;
  /** A cookie for that place; whoever was there before is out. */
  letIn(place: Place): string;
  /** Where this cookie gets in; undefined if nowhere. */
  placeOf(cookie: string | undefined): Place | undefined;
  /** Four digits that let a deck's browser in, for two minutes and once. */
  newDeckDigits(): string;
  /** The key of a deck that brings them, or why it gets none; the deck before it has none any more. */
  allowDeck(digits: string): Verdict | { key: string };
  isDeck(key: string): boolean;
}

/** @param now milliseconds, for tests */
export function createDoorkeeper(now: () => number = Date.now): Doorkeeper {
  let code: { value: string; until: number } | undefined;
  let deckDigits: { value: string; until: number } | undefined;
  let deckKey: string | undefined;
  let wrong = 0;
  let silentUntil = 0;
  const cookies = new Map<Place, string>();

  /** Counts the wrong tries, whatever was tried. */
  function judgeAgainst(expected: typeof code, given: string): Verdict {
    if (now() < silentUntil) return 'silent';
    if (expected && now() < expected.until && isSame(expected.value, given)) {
      wrong = 0;
      return 'right';
    }
    wrong += 1;
    if (wrong < WRONG_TRIES) return 'wrong';
    wrong = 0;
    silentUntil = now() + SILENT_MS;
    return 'wrong';
  }

  return {
    newCode() {
      const value = randomBytes(BYTES).toString('base64url');
      code = { value, until: now() + CODE_LASTS_MS };
      return value;
    },
    judge(given) {
      const verdict = judgeAgainst(code, given);
      if (verdict === 'right') code = undefined;
      return verdict;
    },
    letIn(place) {
      const cookie = randomBytes(BYTES).toString('base64url');
      cookies.set(place, cookie);
      return cookie;
    },
    placeOf(cookie) {
      const [place] = [...cookies].find(([, known]) => isSame(known, cookie ?? '')) ?? [];
      return place;
    },
    newDeckDigits() {
      const value = newDigits();
      deckDigits = { value, until: now() + CODE_LASTS_MS };
      return value;
    },
    allowDeck(given) {
      const verdict = judgeAgainst(deckDigits, given);
      if (verdict !== 'right') return verdict;
      deckDigits = undefined;
      deckKey = randomBytes(BYTES).toString('base64url');
      return { key: deckKey };
    },
    isDeck: (key) => deckKey !== undefined && isSame(deckKey, key),
  };
}

/** Four digits for a phone to show and the terminal to compare. */
export function newDigits(): string {
  return String(randomInt(10_000)).padStart(4, '0');
}

/** In a time that says nothing about where they differ. */
export function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
