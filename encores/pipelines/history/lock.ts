// Keeps a second process from a folder of PGlite, which takes no lock of its own and would be damaged.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { userError } from '../../../hello-ip/support/user-error.ts';

/**
 * Takes the folder for this process; one whose owner is gone is taken over.
 * @returns a function that gives it back
 * @throws a user error while another process has it
 */
export function lockFolder(folder: string): () => void {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'owner.pid');
  if (!take(file)) {
    const owner = ownerOf(file);
    if (owner !== undefined && isAlive(owner))
      throw userError(
        `The history is in use by process ${owner}. Stop it: npm run stage stop pipelines-page, or: kill ${owner}`,
      );
    rmSync(file, { force: true });
    if (!take(file))
      throw userError('Another process has just taken the history. Try again when it is done.');
  }
  const giveBack = () => {
    if (ownerOf(file) === process.pid) rmSync(file, { force: true });
  };
  process.once('exit', giveBack);
  return giveBack;
}

/** @returns whether there was no such file, and now there is ours */
function take(file: string): boolean {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  }
}

function ownerOf(file: string): number | undefined {
  return existsSync(file) ? Number(readFileSync(file, 'utf8')) || undefined : undefined;
}

function isAlive(pid: number): boolean {
  if (pid === process.pid) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
