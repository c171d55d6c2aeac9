// The grammar of npm run drill and npm run rehearse: words, never flags, because npm keeps flags to itself.
import { userError } from '../../hello-ip/user-error.ts';
import { type Drill, findDrill } from './pages.ts';

const DEFAULT_SECONDS = 20;
const HANDS_FREE = 'npm run drill hands-free 20';

/** What npm run drill was asked for; none of them means that it is to be chosen from a list. */
export interface DrillOrder {
  drill?: Drill;
  /** Walk all drills by themselves in a loop, so many seconds a step. */
  handsFreeSeconds?: number;
}

/** @throws a user's error for a word that it does not know, with the nearest that it does */
export function readDrillOrder(words: string[], drills: Drill[]): DrillOrder {
  const [word, ...rest] = words;
  if (word === undefined) return {};
  if (word === 'hands-free') return { handsFreeSeconds: readSeconds(rest) };
  const drill = findDrill(drills, word);
  if (rest.length > 0) throw userError(`One drill at a time. Run: npm run drill ${drill.name}`);
  return { drill };
}

/** The drills to rehearse, all of them without a word. @throws a user's error for one that there is not */
export function readRehearsalOrder(words: string[], drills: Drill[]): Drill[] {
  const named = words.map((word) => findDrill(drills, word.replace(/,$/, ''), 'rehearse'));
  return named.length > 0 ? named : drills;
}

function readSeconds([word = String(DEFAULT_SECONDS), ...rest]: string[]): number {
  if (rest.length > 0 || !/^[1-9]\d{0,3}$/.test(word)) {
    throw userError(
      `"${[word, ...rest].join(' ')}" is not a number of seconds, 1 to 9999. For example: ${HANDS_FREE}`,
    );
  }
  return Number(word);
}
