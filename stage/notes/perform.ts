// Carries out one command of the notes in this process, as `npm run stage` would, and keeps the proof if it is a claim.
import type { Proof } from '../claims/prove.ts';
import { keepBooks } from '../verbs/broken.ts';
import { loadVerb } from '../verbs/load-verb.ts';
import type { DrillCommand } from './pages.ts';

/** What came of a command. */
export interface Performed {
  command: DrillCommand;
  said: string[];
  /** If it is a claim. */
  proof?: Proof;
  ms: number;
}

/** @throws a user error if it cannot be done or does not hold */
export async function perform(command: DrillCommand): Promise<Performed> {
  const begun = performance.now();
  const said: string[] = [];
  const { verb, words } = command;
  const { run } = await loadVerb(verb);
  const proof = await keepBooks(verb, words, () => run(words, (line) => said.push(line)));
  return { command, said, proof, ms: Math.round(performance.now() - begun) };
}
