// What a verb of `npm run stage` is: one file in verbs/ each.
import { userError } from '../hello-ip/user-error.ts';
import { nearest } from './words.ts';

/** A verb: its grammar, one line of help, and what it does. */
export interface Verb {
  /** Words in <> must be said, words in [] may be: "kill <process>". */
  usage: string;
  about: string;
  /**
   * Does it and says what came of it, each line a fact. Words are those behind the verb.
   * @throws a user's error when it cannot be done
   */
  run(words: string[], say: (line: string) => void): Promise<void>;
}

/** All verbs, in the order of the help. */
export const VERBS = [
  ...['status', 'greet', 'expect'],
  ...['kill', 'start', 'stop', 'restart', 'freeze', 'thaw', 'run', 'watch'],
  ...['cut', 'restore', 'break', 'fix'],
  ...['reset', 'doctor'],
];

/**
 * The verb of this name; only its own file is loaded.
 * @throws a user's error with the nearest verb
 */
export async function loadVerb(name: string): Promise<Verb> {
  if (!VERBS.includes(name)) {
    throw userError(
      `"${name}" is not a verb. Did you mean: npm run stage ${nearest(name, VERBS)}\nAll verbs: npm run stage`,
    );
  }
  return (await import(`./verbs/${name}.ts`)).verb;
}
