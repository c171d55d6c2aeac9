// The grammar of `npm start`: words, never flags, because npm keeps flags to itself.
import { userError } from '../hello-ip/user-error.ts';

/** The processes of the stage, in the order in which they are listed and started. */
export const PROCESSES = ['server', 'network', 'worker', 'app'] as const;
export type ProcessName = (typeof PROCESSES)[number];

/** The two counters of the teaser, which `npm run stage start counters` starts. */
export const COUNTERS = ['volatile', 'durable'] as const;
export type CounterName = (typeof COUNTERS)[number];

/** What `npm start` was asked for. */
export interface StartOrder {
  /** Asked for in words; otherwise it depends on whether the lookup services can be reached. */
  mode?: 'venue' | 'online';
  /** Left to terminals of the presenter's own. */
  without: Set<ProcessName>;
  /** The Temporal profile of the user's own that leads to another Temporal Service. */
  profile?: string;
}

const FIRST_WORDS = ['venue', 'online', 'without', 'profile'];
const USAGE = 'npm start [venue|online] [without server|network|worker|app …] [profile <name>]';

/**
 * Reads the words behind `npm start`.
 * @throws a user's error for a word it does not know, with the nearest that it does.
 */
export function readStartOrder(words: string[]): StartOrder {
  const order: StartOrder = { without: new Set() };
  const left = words.map((word) => word.replace(/,$/, '')).filter((word) => word !== '');
  for (let word = left.shift(); word !== undefined; word = left.shift()) readWord(order, word, left);
  if (order.mode && order.without.has('network')) {
    throw userError(`"${order.mode}" is for the network, which is left out. Leave out one of the two words.`);
  }
  if (order.profile) order.without.add('server');
  if (order.without.size === PROCESSES.length) {
    throw userError('Nothing is left to start. Leave out fewer: server, network, worker, app.');
  }
  return order;
}

function readWord(order: StartOrder, word: string, left: string[]): void {
  if (word === 'venue' || word === 'online') {
    if (order.mode && order.mode !== word) {
      throw userError('The stage is either in venue mode or online. Choose one of the two words.');
    }
    order.mode = word;
    return;
  }
  if (word === 'profile') {
    order.profile = left.shift();
    if (!order.profile) throw userError(`"profile" needs the name of a Temporal profile. Usage: ${USAGE}`);
    return;
  }
  if (word !== 'without') throw unknownWord(word, FIRST_WORDS);
  const first = left[0];
  if (first === undefined || FIRST_WORDS.includes(first)) {
    throw userError(`"without" needs the name of a process: ${PROCESSES.join(', ')}. Usage: ${USAGE}`);
  }
  while (left[0] !== undefined && !FIRST_WORDS.includes(left[0])) {
    const name = left.shift() as string;
    if (name === 'and') continue;
    if (!isProcessName(name)) throw unknownWord(name, [...PROCESSES, ...FIRST_WORDS]);
    order.without.add(name);
  }
}

export function isProcessName(word: string): word is ProcessName {
  return (PROCESSES as readonly string[]).includes(word);
}

function unknownWord(word: string, known: string[]): Error {
  return userError(
    `"${word}" is not a word of npm start. Did you mean "${nearest(word, known)}"? Usage: ${USAGE}`,
  );
}

/** The word of `known` that takes the fewest edits to get to from `word`. */
export function nearest(word: string, known: readonly string[]): string {
  const plain = word.replace(/^-+/, '').toLowerCase();
  const ranked = known.map((candidate) => ({ candidate, edits: editsBetween(plain, candidate) }));
  return ranked.reduce((best, next) => (next.edits < best.edits ? next : best)).candidate;
}

/** Levenshtein distance, one row at a time. */
function editsBetween(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (const [index, letter] of [...from].entries()) {
    const next = [index + 1];
    for (let column = 1; column <= to.length; column += 1) {
      const replaced = (row[column - 1] ?? 0) + (letter === to[column - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
