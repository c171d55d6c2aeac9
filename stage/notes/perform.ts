// Carries out one command of the notes in this very process, as `npm run stage` would, and keeps the proof of a claim.
import { readClaim } from '../claims/grammar.ts';
import { type Proof, tell } from '../claims/prove.ts';
import { proveHere } from '../subject.ts';
import { loadVerb } from '../verb.ts';
import type { Command } from './pages.ts';

/** What came of a command. */
export interface Performed {
  command: Command;
  said: string[];
  /** Of a claim. */
  proof?: Proof;
  ms: number;
}

/** @throws a user's error when it cannot be done or is not so */
export async function perform(command: Command): Promise<Performed> {
  const begun = performance.now();
  const took = () => Math.round(performance.now() - begun);
  if (command.verb === 'expect') {
    const proof = await proveHere(readClaim(command.words));
    return { command, said: tell(proof), proof, ms: took() };
  }
  const said: string[] = [];
  const verb = await loadVerb(command.verb);
  await verb.run(command.words, (line) => said.push(line));
  return { command, said, ms: took() };
}
