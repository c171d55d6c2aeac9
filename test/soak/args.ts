// The grammar of `npm run soak`: words, not flags, because npm keeps flags for itself.
import { userError } from '../../hello-ip/support/user-error.ts';

/** How long faults keep coming, and the number that decides everything random. */
export interface SoakOrder {
  minutes: number;
  seed: number;
}

const LEAST_MINUTES = 0.1;
const MAX_MINUTES = 1440;
const MAX_SEED = 2 ** 32 - 1;
const EXAMPLE = 'Run: npm run soak, or with minutes and seed: npm run soak 2 seed 12345';

/**
 * Reads the words behind `npm run soak`: by default two minutes and a new seed.
 * @throws a user error for an unknown word, or a number that it cannot use
 */
export function readSoakOrder(words: string[], newSeed = Math.floor(Math.random() * 2 ** 32)): SoakOrder {
  const order: Partial<SoakOrder> = {};
  const left = [...words];
  for (let word = left.shift(); word !== undefined; word = left.shift()) {
    const what = word === 'seed' ? 'seed' : 'minutes';
    const number = what === 'seed' ? readSeed(left.shift()) : readMinutes(word);
    if (order[what] !== undefined) throw userError(`The ${what} can only be given once. ${EXAMPLE}`);
    order[what] = number;
  }
  return { minutes: 2, seed: newSeed, ...order };
}

function readMinutes(word: string): number {
  const minutes = Number(word);
  if (!/^\d+(\.\d+)?$/.test(word)) throw userError(`"${word}" is not a number of minutes. ${EXAMPLE}`);
  if (minutes >= LEAST_MINUTES && minutes <= MAX_MINUTES) return minutes;
  throw userError(`A soak lasts from ${LEAST_MINUTES} to ${MAX_MINUTES} minutes, not ${word}. ${EXAMPLE}`);
}

function readSeed(word: string | undefined): number {
  const isSeed = word !== undefined && /^\d{1,10}$/.test(word) && Number(word) <= MAX_SEED;
  if (isSeed) return Number(word);
  const said = word === undefined ? 'nothing' : `"${word}"`;
  throw userError(`A seed is a whole number from 0 to ${MAX_SEED}, not ${said}. ${EXAMPLE}`);
}
