// Lets one process at a time fetch the Temporal CLI; the others wait for it, and take over if it dies.
import { mkdtemp, readdir, readFile, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { identityOf, isAlive } from '../process-table.ts';

const LOOK_MS = 300;
const TAKEN = process.platform === 'win32' ? ['EPERM', 'EACCES'] : ['ENOTEMPTY', 'EEXIST'];

/** How a wait is reported, and what ends it. */
export interface Patience {
  print: (line: string) => void;
  signal: AbortSignal;
}

/**
 * Runs `work` while no other process holds the same lock. The lock is a folder with one file, which is named after
 * its owner's pid and holds what identifies that process: renaming the folder into place is atomic, and so is
 * removing the file of a dead owner.
 */
export async function withLock<T>(lock: string, patience: Patience, work: () => Promise<T>): Promise<T> {
  const mine = String(process.pid);
  await take(lock, mine, patience);
  try {
    return await work();
  } finally {
    await drop(lock, mine);
  }
}

async function take(lock: string, mine: string, { print, signal }: Patience): Promise<void> {
  let told = false;
  while (!(await offer(lock, mine))) {
    const [owner = ''] = await readdir(lock).catch(() => []);
    const identity = await readFile(join(lock, owner), 'utf8').catch(() => undefined);
    const dead = identity === undefined || identity !== describe(Number(owner));
    if (dead) await drop(lock, owner);
    else if (!told) print(`Process ${owner} is already fetching the Temporal CLI; waiting for it.`);
    told ||= !dead;
    await sleep(LOOK_MS, undefined, { signal });
  }
}

async function offer(lock: string, mine: string): Promise<boolean> {
  const folder = await mkdtemp(`${lock.replace(/lock$/, 'offer')}-${mine}-`);
  try {
    await writeFile(join(folder, mine), describe(process.pid) ?? '');
    await rename(folder, lock);
    return true;
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    if (TAKEN.includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}

async function drop(lock: string, owner: string): Promise<void> {
  if (owner) await rm(join(lock, owner), { force: true });
  await rmdir(lock).catch(() => undefined); // another one may have taken it meanwhile
}

/** What tells a running process from an earlier one with its pid; on Windows, only that it is running. */
function describe(pid: number): string | undefined {
  return identityOf(pid) ?? (isAlive(pid) ? '' : undefined);
}
