// The grammar of `npm start`: words, not flags, because npm keeps flags to itself.
import { userError } from '../../hello-ip/support/user-error.ts';
import { nearest } from '../nearest.ts';
import { isTalkProcess, PROCESSES, type TalkProcess } from '../processes/names.ts';

/** What `npm start` was asked for. */
export interface StartOrder {
  /** The word that was given; without one it depends on whether the lookup services can be reached. */
  mode?: 'venue' | 'online';
  /** Processes that the presenter runs in other terminals. */
  without: Set<TalkProcess>;
  /** The user's Temporal profile for another Temporal Service. */
  profile?: string;
  /** Phones may join from the start. */
  room?: true;
  /** The presenter's page comes up with the stage. */
  backstage?: true;
}

const FIRST_WORDS = ['venue', 'online', 'room', 'backstage', 'without', 'profile'];
/** The usage of `npm start`, in one line. */
export const USAGE =
  'npm start [venue|online] [room] [backstage] [without server|network|worker|app …] [profile <name>]';

/**
 * Reads the words after `npm start`.
 * @throws a user error for an unknown word, with the nearest known one.
 */
export function readStartOrder(words: string[]): StartOrder {
  const order: StartOrder = { without: new Set() };
  const left = words.map((word) => word.replace(/,$/, '')).filter((word) => word !== '');
  for (let word = left.shift(); word !== undefined; word = left.shift()) readWord(order, word, left);
  if (order.mode && order.without.has('network')) {
    throw userError(`"${order.mode}" is for the network, which is left out. Leave out one of the two words.`);
  }
  if (order.room && (order.profile || order.without.has('app')))
    throw userError(
      'The room needs the app and the Temporal Service of the stage. Leave out "room", or the other words.',
    );
  if (order.backstage && order.profile)
    throw userError(
      'Backstage kills what is on the stage, and your profile is not. Leave out one of the two words.',
    );
  if (order.profile) order.without.add('server');
  if (order.without.size === PROCESSES.length) {
    throw userError('Nothing is left to start. Leave out fewer of: server, network, worker, app.');
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
  if (word === 'room' || word === 'backstage') {
    order[word] = true;
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
    if (!isTalkProcess(name)) throw unknownWord(name, [...PROCESSES, ...FIRST_WORDS]);
    order.without.add(name);
  }
}

function unknownWord(word: string, known: string[]): Error {
  return userError(
    `npm start does not know "${word}". Did you mean "${nearest(word, known)}"? Usage: ${USAGE}`,
  );
}
