// Rehearses one drill: all commands of its page one after another, up to the end or the first failure.
import type { Proof } from '../claims/prove.ts';
import { mend } from '../verbs/repair.ts';
import type { Drill, DrillStep } from './pages.ts';
import { perform } from './perform.ts';

/** How a rehearsal of one drill went. */
export interface Rehearsed {
  drill: Drill;
  proofs: Proof[];
  /** The command that could not be done or did not hold, and what it said. */
  failure?: { line: string; message: string };
  /** All its commands together. */
  ms: number;
}

export function isGood({ failure }: Rehearsed): boolean {
  return failure === undefined;
}

/** Somebody who looks on. */
export interface Witness {
  /** Told what a command has said. */
  heard?(drill: Drill, said: string[]): void;
  /** Told after each step what its commands have said; the next step waits for it. */
  afterStep?(drill: Drill, step: DrillStep, said: string[]): Promise<void>;
  /** The next drill waits for it. */
  afterDrill?(drill: Drill): Promise<void>;
}

/** Runs the commands of the page. After a failure, what they broke is repaired and the rest of the page is skipped. */
export async function rehearse(
  drill: Drill,
  print: (line?: string) => void,
  signal: AbortSignal,
  witnesses: readonly Witness[] = [],
): Promise<Rehearsed> {
  const begun = performance.now();
  const rehearsed: Rehearsed = { drill, proofs: [], ms: 0 };
  print(`\n${drill.title}`);
  for (const step of drill.steps.filter(({ commands }) => commands.length > 0)) {
    const heard = (said: string[]) => witnesses.forEach((witness) => void witness.heard?.(drill, said));
    const said = await rehearseStep(step, rehearsed, { print, heard }, signal);
    if (rehearsed.failure || signal.aborted) break;
    for (const witness of witnesses) await witness.afterStep?.(drill, step, said);
  }
  if (!rehearsed.failure && !signal.aborted)
    for (const witness of witnesses) await witness.afterDrill?.(drill);
  return { ...rehearsed, ms: Math.round(performance.now() - begun) };
}

/** Adds the proofs of one step, or its failure; returns what its commands have said. */
async function rehearseStep(
  { commands }: DrillStep,
  rehearsed: Rehearsed,
  { print, heard }: { print(line?: string): void; heard(said: string[]): void },
  signal: AbortSignal,
): Promise<string[]> {
  const all: string[] = [];
  for (const command of commands) {
    if (signal.aborted) break;
    print(`  $ ${command.line}`);
    try {
      const { said, proof } = await perform(command);
      for (const line of said) print(`    ${line}`);
      if (proof) rehearsed.proofs.push(proof);
      heard(said);
      all.push(`$ ${command.line}`, ...said);
    } catch (error) {
      const { name, message, stack } = error as Error;
      rehearsed.failure = { line: command.line, message: name === 'UserError' ? message : String(stack) };
      if (signal.aborted) break;
      print(`    ${rehearsed.failure.message}`);
      await mend((line) => print(`    ${line}`));
      break;
    }
  }
  return all;
}
