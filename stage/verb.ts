// What a verb of `npm run stage` is: one file in verbs/ each.

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
