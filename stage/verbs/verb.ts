// What a verb of `npm run stage` is; each has its own file in verbs/.
import type { Proof } from '../claims/prove.ts';

/** A verb: its grammar, one line of help, and what it does. */
export interface Verb {
  /** Words in <> stand for a value, words in [] are optional: "kill <process>". */
  usage: string;
  about: string;
  /**
   * Does it and prints the outcome, one fact a line. `words` are those after the verb.
   * @returns the proof, if it proves a claim
   * @throws a user error when it cannot be done
   */
  run(words: string[], print: (line: string) => void): Promise<Proof | undefined>;
}
