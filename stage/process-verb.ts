// What the verbs that act on one process have in common: the process named, the order given, pid and time said.
import { userError } from '../hello-ip/user-error.ts';
import { askStage, type Order } from './ask.ts';
import type { Done } from './supervisor.ts';
import type { Verb } from './verb.ts';
import { isProcessName, nearest, PROCESSES, type ProcessName } from './words.ts';

type ProcessOrder = Extract<Order, { process: ProcessName }>['do'];

/** A verb that gives one order for one process and says when it was true, for example "worker killed (pid 7, 12 ms)". */
export function processVerb(order: ProcessOrder, past: string, about: string): Verb {
  return {
    usage: `${order} <process>`,
    about,
    async run(words, say) {
      const name = readProcess(order, words);
      say(saying(name, past, await askStage({ do: order, process: name })));
    },
  };
}

/** One line on what was done to a process. */
export function saying(name: ProcessName, past: string, { pid, ms, already }: Done): string {
  return already ? `${name} was ${past} already (pid ${pid})` : `${name} ${past} (pid ${pid}, ${ms} ms)`;
}

/**
 * The process that the words name.
 * @throws a user's error when they name none, more than one, or one that there is not
 */
export function readProcess(verb: string, words: string[]): ProcessName {
  const [word, ...rest] = words;
  const list = PROCESSES.join(', ');
  if (word === undefined) throw userError(`Which process? Say one of ${list}: npm run stage ${verb} worker`);
  if (!isProcessName(word)) {
    throw userError(
      `"${word}" is not a process. Did you mean: npm run stage ${verb} ${nearest(word, PROCESSES)}`,
    );
  }
  if (rest.length > 0) throw userError(`One process at a time. Run: npm run stage ${verb} ${word}`);
  return word;
}
