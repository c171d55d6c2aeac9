// The four exercises: where the reader's code is, what is to be done, and which check tells whether it is.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../settings.ts';
import { checkGiveUp } from './checks/give-up.ts';
import { checkHowFar } from './checks/how-far.ts';
import { checkRunTwice } from './checks/run-twice.ts';
import { checkThirdStep } from './checks/third-step.ts';
import type { Lab } from './lab.ts';

/** One thing that the reader's code must do, and whether it does. */
export interface Checked {
  so: boolean;
  fact: string;
}

/** An exercise that changes code. */
export interface Exercise {
  name: string;
  task: string;
  check(lab: Lab): AsyncGenerator<Checked>;
}

/** In the order of the path. */
export const EXERCISES: readonly Exercise[] = [
  {
    name: 'give-up',
    task: 'Give up after five attempts, and say so in the greeting.',
    check: checkGiveUp,
  },
  { name: 'third-step', task: 'Add a third step.', check: checkThirdStep },
  { name: 'how-far', task: 'Ask the running Workflow how far it is.', check: checkHowFar },
  { name: 'run-twice', task: 'Make a step safe to run twice.', check: checkRunTwice },
];

/** The folder of its code: the start is the reader's to change. */
export function folderOf({ name }: Exercise, part: 'start' | 'solution'): string {
  return join(ROOT, 'presenter-notes', 'self-study', name, part);
}

/** Changes with every change of the reader's code. */
export function fingerprint(folder: string): string {
  const hash = createHash('sha256');
  if (!existsSync(folder)) return '';
  for (const file of readdirSync(folder).toSorted())
    hash.update(file).update(readFileSync(join(folder, file)));
  return hash.digest('hex');
}
