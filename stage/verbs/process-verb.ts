// What the verbs for one process share: reading its name, giving the order, printing its pid and the time taken.
import { userError } from '../../hello-ip/support/user-error.ts';
import { askStage, type Order } from '../control/client.ts';
import { nearest } from '../nearest.ts';
import { ALL_PROCESSES, isProcessName, type ProcessName } from '../processes/names.ts';
import type { Done } from '../processes/supervisor.ts';
import type { Verb } from './verb.ts';

type ProcessOrder = Extract<Order, { process: ProcessName }>['do'];

/** A verb that gives one order for one process and prints how long it took: "worker killed (pid 7, 12 ms)". */
export function processVerb(order: ProcessOrder, past: string, about: string): Verb {
  return {
    usage: `${order} <process>`,
    about,
    async run(words, print) {
      const name = readProcess(order, words);
      print(saying(name, past, await askStage({ do: order, process: name })));
    },
  };
}

/** One line on what was done to a process. */
export function saying(name: ProcessName, past: string, { pid, ms, already }: Done): string {
  return already ? `${name} was already ${past} (pid ${pid})` : `${name} ${past} (pid ${pid}, ${ms} ms)`;
}

/**
 * The process that the words name.
 * @throws a user error when they name none, more than one, or an unknown one
 */
export function readProcess(verb: string, words: string[]): ProcessName {
  const [word, ...rest] = words;
  const list = ALL_PROCESSES.join(', ');
  if (word === undefined) throw userError(`Which process? Name one of ${list}: npm run stage ${verb} worker`);
  if (!isProcessName(word)) {
    throw userError(
      `"${word}" is not a process. Did you mean: npm run stage ${verb} ${nearest(word, ALL_PROCESSES)}`,
    );
  }
  if (rest.length > 0) throw userError(`One process at a time. Run: npm run stage ${verb} ${word}`);
  return word;
}
