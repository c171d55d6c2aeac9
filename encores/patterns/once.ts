// Stands for the world that the patterns change: it does a thing once for each idempotency key, whoever asks again.
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Where it keeps what it has done: one folder for each Workflow, one file for each thing. */
export const worldFolder = (): string => join(resolve(process.env.STAGE_FOLDER || '.stage'), 'patterns');

/** Does a thing, unless it was done before. Returns whether it was done now. */
export function once(workflowId: string, thing: string): boolean {
  const folder = join(worldFolder(), encodeURIComponent(workflowId));
  const file = join(folder, encodeURIComponent(thing));
  mkdirSync(folder, { recursive: true });
  try {
    // Only one can create the file, however many ask at the same moment.
    writeFileSync(file, 'done\n', { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    appendFileSync(file, 'asked for again\n');
    return false;
  }
}
