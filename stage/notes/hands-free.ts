// Walks all drills by themselves, over and over, for a booth: so many seconds a step, and after a failure the next drill.
import { setTimeout as delay } from 'node:timers/promises';
import { mend } from '../mend.ts';
import type { Drill, Step } from './pages.ts';
import { perform } from './perform.ts';
import { type Guide, sayHead, sayProse, sayStep } from './walk.ts';

type Say = Guide['say'];

/** Never ends by itself, whatever fails; resolves when the signal says so. */
export async function walkHandsFree(
  drills: Drill[],
  seconds: number,
  say: Say,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    for (const drill of drills) await walkDrill(drill, seconds, say, signal);
  }
}

async function walkDrill(drill: Drill, seconds: number, say: Say, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  sayHead(drill, { say });
  for (const step of drill.steps) {
    const over = delay(seconds * 1000, undefined, { signal }).catch(() => {});
    const went = await walkStep(step, say, signal);
    if (signal.aborted) return;
    if (!went) await mend((line) => say(`  ${line}`));
    await over;
    if (!went) return;
  }
}

async function walkStep(step: Step, say: Say, signal: AbortSignal): Promise<boolean> {
  sayStep(step, { say });
  for (const command of step.commands) {
    if (signal.aborted) return true;
    try {
      for (const line of (await perform(command)).said) say(`  ${line}`);
    } catch (error) {
      say(`  ${(error as Error).message}`);
      return false;
    }
  }
  sayProse(step.after, say);
  return true;
}
