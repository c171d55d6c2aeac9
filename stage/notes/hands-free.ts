// Walks all drills unattended, over and over, for a booth: a fixed time per step, and on to the next drill after a failure.
import { setTimeout as delay } from 'node:timers/promises';
import { PARTS } from '../verbs/broken.ts';
import { mend } from '../verbs/repair.ts';
import { createEngine } from './engine.ts';
import type { Drill } from './pages.ts';
import { type Guide, printHead, printProse, printStep, teller } from './walk.ts';

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
  const engine = createEngine(drill, { signal, changed: teller(() => engine.standing().heard, print) });
  printHead(drill, { print });
  while (engine.standing().phase !== 'over') {
    const { step } = engine.standing();
    const over = delay(seconds * 1000, undefined, { signal }).catch(() => {});
    printStep(step, { print });
    const went = await engine.run();
    if (signal.aborted) return;
    // Everything, whoever broke it: nobody is there to repair it, and the next drill needs a whole stage.
    if (!went) await mend((line) => print(`  ${line}`), PARTS);
    else printProse(step.after, print);
    await over;
    if (!went) return;
    engine.advance();
  }
}
