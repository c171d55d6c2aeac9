// Rehearses one drill: all commands of its page one after the other, until the end or the first that fails.
import type { Proof } from '../claims/prove.ts';
import { mend } from '../mend.ts';
import type { Drill } from './pages.ts';
import { perform } from './perform.ts';

/** How a rehearsal of one drill went. */
export interface Rehearsed {
  drill: Drill;
  proofs: Proof[];
  /** The command that could not be done or was not so, and what it said. */
  failure?: { line: string; message: string };
  /** All its commands together. */
  ms: number;
}

export function isGood({ failure }: Rehearsed): boolean {
  return failure === undefined;
}

/** Runs the commands of the page. After a failure the stage is mended, and the rest of the page is left out. */
export async function rehearse(
  drill: Drill,
  say: (line?: string) => void,
  signal: AbortSignal,
): Promise<Rehearsed> {
  const begun = performance.now();
  const proofs: Proof[] = [];
  const took = () => Math.round(performance.now() - begun);
  say(`\n${drill.title}`);
  for (const command of drill.steps.flatMap(({ commands }) => commands)) {
    if (signal.aborted) break;
    say(`  $ ${command.line}`);
    try {
      const { said, proof } = await perform(command);
      for (const line of said) say(`    ${line}`);
      if (proof) proofs.push(proof);
    } catch (error) {
      const { name, message, stack } = error as Error;
      const failure = { line: command.line, message: name === 'UserError' ? message : String(stack) };
      if (!signal.aborted) {
        say(`    ${failure.message}`);
        await mend((line) => say(`    ${line}`));
      }
      return { drill, proofs, failure, ms: took() };
    }
  }
  return { drill, proofs, ms: took() };
}
