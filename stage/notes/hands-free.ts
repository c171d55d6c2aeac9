// Walks all drills unattended, over and over, for a booth: a fixed time per step, and on to the next drill after a failure.
import { setTimeout as delay } from 'node:timers/promises';
import { PARTS } from '../verbs/broken.ts';
import { mend } from '../verbs/repair.ts';
import type { Drill, DrillStep } from './pages.ts';
import { perform } from './perform.ts';
import { type Guide, printHead, printProse, printStep } from './walk.ts';

type Print = Guide['print'];

/** Carries on whatever fails; resolves when the signal aborts. */
export async function walkHandsFree(
  drills: Drill[],
  seconds: number,
  print: Print,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    for (const drill of drills) await walkDrill(drill, seconds, print, signal);
  }
}

async function walkDrill(drill: Drill, seconds: number, print: Print, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  printHead(drill, { print });
  for (const step of drill.steps) {
    const over = delay(seconds * 1000, undefined, { signal }).catch(() => {});
    const went = await walkStep(step, print, signal);
    if (signal.aborted) return;
    // Everything, whoever broke it: nobody is there to repair it, and the next drill needs a whole stage.
    if (!went) await mend((line) => print(`  ${line}`), PARTS);
    await over;
    if (!went) return;
  }
}

async function walkStep(step: DrillStep, print: Print, signal: AbortSignal): Promise<boolean> {
  printStep(step, { print });
  for (const command of step.commands) {
    if (signal.aborted) return true;
    try {
      for (const line of (await perform(command)).said) print(`  ${line}`);
    } catch (error) {
      print(`  ${(error as Error).message}`);
      return false;
    }
  }
  printProse(step.after, print);
  return true;
}
