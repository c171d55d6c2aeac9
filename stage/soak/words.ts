// The grammar of `npm run soak`: words, never flags, because npm keeps flags to itself.
import { userError } from '../../hello-ip/user-error.ts';

/** How long faults come, and the number that decides all that is random. */
export interface SoakOrder {
  minutes: number;
  seed: number;
}

const LEAST_MINUTES = 0.1;
const MOST_MINUTES = 1440;
const MOST_SEED = 2 ** 32 - 1;
const EXAMPLE = 'Run: npm run soak, or with minutes and seed: npm run soak 2 seed 12345';

/**
 * Reads the words behind `npm run soak`: two minutes and a new seed where they do not say otherwise.
 * @throws a user's error for a word that it does not know, or a number that it cannot use
 */
export function readSoakOrder(words: string[], newSeed = Math.floor(Math.random() * 2 ** 32)): SoakOrder {
  const order: Partial<SoakOrder> = {};
  const left = [...words];
  for (let word = left.shift(); word !== undefined; word = left.shift()) {
    const what = word === 'seed' ? 'seed' : 'minutes';
    const number = what === 'seed' ? readSeed(left.shift()) : readMinutes(word);
    if (order[what] !== undefined) throw userError(`The ${what} can be said once only. ${EXAMPLE}`);
    order[what] = number;
  }
  return { minutes: 2, seed: newSeed, ...order };
}

function readMinutes(word: string): number {
  const minutes = Number(word);
  if (!/^\d+(\.\d+)?$/.test(word)) throw userError(`"${word}" is not a number of minutes. ${EXAMPLE}`);
  if (minutes >= LEAST_MINUTES && minutes <= MOST_MINUTES) return minutes;
  throw userError(`A soak lasts from ${LEAST_MINUTES} to ${MOST_MINUTES} minutes, not ${word}. ${EXAMPLE}`);
}

function readSeed(word: string | undefined): number {
  const isSeed = word !== undefined && /^\d{1,10}$/.test(word) && Number(word) <= MOST_SEED;
  if (isSeed) return Number(word);
  const said = word === undefined ? 'nothing' : `"${word}"`;
  throw userError(`A seed is a whole number from 0 to ${MOST_SEED}, not ${said}. ${EXAMPLE}`);
}
