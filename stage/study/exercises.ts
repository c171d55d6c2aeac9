// The exercises: where the reader's code is, what to do, and which check tells whether it is done.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ROOT } from '../settings.ts';
import { checkBlankPage } from './checks/blank-page.ts';
import { checkCompensate } from './checks/compensate.ts';
import { checkGiveUp } from './checks/give-up.ts';
import { checkHowFar } from './checks/how-far.ts';
import { checkRunTwice } from './checks/run-twice.ts';
import { checkSomebodySaysYes } from './checks/somebody-says-yes.ts';
import { checkThirdStep } from './checks/third-step.ts';
import { checkUnderWay } from './checks/under-way.ts';
import type { CheckResult, ExerciseWorker } from './exercise-worker.ts';

/** An exercise that changes code. */
export interface Exercise {
  name: string;
  task: string;
  /** Where to look, for those who ask. */
  hint: string;
  check(worker: ExerciseWorker): AsyncGenerator<CheckResult>;
}

/** In the order of the path. */
export const EXERCISES: readonly Exercise[] = [
  {
    name: 'give-up',
    task: 'Give up after five attempts, and say so in the greeting.',
    hint: 'maximumAttempts limits a retry policy. Call proxyActivities twice, and catch what the awaited line throws.',
    check: checkGiveUp,
  },
  {
    name: 'third-step',
    task: 'Add a third step.',
    hint: 'fetch what process.env.WORD_SERVICE says, in activities.ts; proxy it in workflow.ts. Did you await it?',
    check: checkThirdStep,
  },
  {
    name: 'how-far',
    task: 'Ask the running Workflow how far it is.',
    hint: 'The first line of the Workflow sets the handler; it returns a variable that each step assigns.',
    check: checkHowFar,
  },
  {
    name: 'run-twice',
    task: 'Make a step safe to run twice.',
    hint: 'activityInfo() tells the runId of the Workflow Execution and the activityId. Together they are a key.',
    check: checkRunTwice,
  },
  {
    name: 'under-way',
    task: 'Change a Workflow while a greeting is under way.',
    hint: "patched('weather') is false for a greeting whose Event History went past that line without it.",
    check: checkUnderWay,
  },
  {
    name: 'somebody-says-yes',
    task: 'Greet only if somebody says yes in time.',
    hint: "await condition(() => isApproved, '5 seconds') returns false when the time is up. Did you await it?",
    check: checkSomebodySaysYes,
  },
  {
    name: 'compensate',
    task: 'Undo what was done when a later step fails for good.',
    hint: 'Before each step, put what undoes it in front of a list; in a catch, go through the list, and throw on.',
    check: checkCompensate,
  },
  {
    name: 'blank-page',
    task: 'Write a Workflow and its Worker, from an empty folder.',
    hint: 'hello-ip/ has one of each: workflow.ts, activities.ts, and worker.ts, which here calls Worker.create itself.',
    check: checkBlankPage,
  },
];

/** The folder of its code: the start is for the reader to change. */
export function folderOf({ name }: Exercise, part: 'start' | 'solution'): string {
  return join(ROOT, 'presenter-notes', 'self-study', name, part);
}

/** Changes whenever the reader's code changes. */
export function fingerprint(folder: string): string {
  const hash = createHash('sha256');
  if (!existsSync(folder)) return '';
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  for (const file of files.toSorted()) hash.update(relative(folder, file)).update(readFileSync(file));
  return hash.digest('hex');
}
