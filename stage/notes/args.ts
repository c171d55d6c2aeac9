// The grammar of npm run drill and npm run rehearse: words, not flags, because npm keeps flags for itself.
import { userError } from '../../hello-ip/support/user-error.ts';
import { type Drill, findDrill } from './pages.ts';

const DEFAULT_SECONDS = 20;
const HANDS_FREE = 'npm run drill hands-free 20';

/** What npm run drill was asked for; if nothing, the drill is chosen from a list. */
export interface DrillOrder {
  drill?: Drill;
  /** Walk all drills unattended in a loop, this many seconds per step. */
  handsFreeSeconds?: number;
}

/** @throws a user error for an unknown word, with the nearest known one */
export function readDrillOrder(words: string[], drills: Drill[]): DrillOrder {
  const [word, ...rest] = words;
  if (word === undefined) return {};
  if (word === 'hands-free') return { handsFreeSeconds: readSeconds(rest) };
  const drill = findDrill(drills, word);
  if (rest.length > 0) throw userError(`One drill at a time. Run: npm run drill ${drill.name}`);
  return { drill };
}

/** What npm run rehearse was asked for. */
export interface RehearsalOrder {
  drills: Drill[];
  /** Keep a picture of each step, for a talk in which a demo cannot be given. */
  pictures: boolean;
  /** Say everything that the commands say, not only what is not well. */
  wordy: boolean;
}

const MODES = ['all', 'pictures'];
/** The talk, and then every encore. */
const WITH_ENCORES = 'encores';

/** All drills of the talk if none is named. @throws a user error for one that does not exist */
export function readRehearsalOrder(words: string[], drills: Drill[], encores: Drill[] = []): RehearsalOrder {
  const [mode = ''] = words;
  const named = words.slice(MODES.includes(mode) ? 1 : 0).flatMap((word) => {
    const name = word.replace(/,$/, '');
    return name === WITH_ENCORES
      ? [...drills, ...encores]
      : [findDrill([...drills, ...encores], name, 'rehearse')];
  });
  return {
    drills: named.length > 0 ? named : drills,
    pictures: mode === 'pictures',
    wordy: mode === 'all',
  };
}

function readSeconds([word = String(DEFAULT_SECONDS), ...rest]: string[]): number {
  if (rest.length > 0 || !/^[1-9]\d{0,3}$/.test(word)) {
    throw userError(
      `"${[word, ...rest].join(' ')}" is not a number of seconds, 1 to 9999. For example: ${HANDS_FREE}`,
    );
  }
  return Number(word);
}
