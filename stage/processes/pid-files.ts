// Remembers the stage's processes in its folder, so that the next start can clean up what a kill -9 left behind.
import { existsSync, lstatSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { userError } from '../../hello-ip/support/user-error.ts';
import { createOwnFile, makeOwnFolder, writeOwnFile } from './own-files.ts';
import { identityOf } from './process-table.ts';

const GONE_WITHIN_MS = 5000;

/** A process as it was when it was noted; a pid alone may mean another process by now. */
interface Known {
  pid: number;
  identity: string;
}

/** One process of the stage, and the process that started it and is responsible for it. */
export interface Note extends Known {
  name: string;
  owner: Known;
}

/**
 * Notes a process that this one started, under its name on the stage.
 * On Windows nothing is noted, because nothing there would tell it from a later process with its pid.
 */
export function notePid(folder: string, name: string, pid: number): void {
  const text = describe(name, pid);
  if (text) writeOwnFile(noteFile(folder, name), text);
}

/** Forgets a process, unless another one has been noted under that name since. */
export function forgetPid(folder: string, name: string, pid: number): void {
  if (readNote(folder, name)?.pid === pid) rmSync(noteFile(folder, name), { force: true });
}

/** The running process of that name, if another stage or terminal than this one started it. */
export function runningElsewhere(folder: string, name: string): Note | undefined {
  const note = readNote(folder, name);
  if (!note || note.owner.pid === process.pid) return undefined;
  return isAlive(note) && isAlive(note.owner) ? note : undefined;
}

/**
 * Claims the stage for this process; only one at a time holds it.
 * @throws a user error when another one holds it.
 */
export function claimStage(folder: string): void {
  claim(folder, 'stage');
}

/**
 * Claims the notes for this process: two walks at once would break each other's drills.
 * @throws a user error when a drill, a rehearsal or backstage walks through them already.
 */
export function claimNotes(folder: string): void {
  makeStageFolder(folder);
  claim(folder, 'walk');
}

function claim(folder: string, name: 'stage' | 'walk'): void {
  const text = describe(name, process.pid);
  if (!text) return;
  try {
    createOwnFile(noteFile(folder, name), text);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    refuseSecond(folder, name, 'Use it, or stop it with Ctrl-C in its terminal');
    writeOwnFile(noteFile(folder, name), text);
  }
  process.once('exit', () => forgetPid(folder, name, process.pid));
}

/**
 * Checks that no process of that name runs elsewhere with this stage's folder.
 * @throws a user error with the given advice, which is a sentence without its full stop.
 */
export function refuseSecond(folder: string, name: string, advice: string): void {
  const note = runningElsewhere(folder, name);
  if (!note) return;
  const what = { stage: 'The stage', walk: 'A walk through the notes' }[name] ?? `The ${name} of this stage`;
  throw userError(`${what} is already running (pid ${note.pid}). ${advice} (or: kill ${note.pid}).`);
}

/**
 * Makes the folder in which the stage keeps what outlives its processes. All of it is closed to other users, because
 * the Temporal CLI makes the database in it readable for everyone.
 * @throws a user error when it cannot be made, closed or written.
 */
export function makeStageFolder(folder: string): void {
  const pids = join(folder, 'pids');
  try {
    makeOwnFolder(folder);
    if (lstatSync(pids, { throwIfNoEntry: false })?.isSymbolicLink()) rmSync(pids);
    makeOwnFolder(pids);
    const probe = join(folder, 'probe');
    writeOwnFile(probe, '');
    rmSync(probe, { force: true });
  } catch (error) {
    if ((error as Error).name === 'UserError') throw error;
    const code = (error as NodeJS.ErrnoException).code ?? error;
    throw userError(
      `The stage's folder ${folder} cannot be written (${code}). Make it writable, or set STAGE_FOLDER to one that is.`,
    );
  }
}

/** The processes of a stage that is gone: those that the next start ends. */
export function findLeftOvers(folder: string): Note[] {
  return allNotes(folder).filter((note) => isAlive(note) && !isAlive(note.owner));
}

/**
 * Ends every noted process that has outlived its owner, and waits until it is gone.
 * A process is only ever signalled when its start time and command line are the ones that were noted.
 * @returns the names of those that were ended
 */
export async function clearLeftOvers(folder: string): Promise<string[]> {
  const orphans = allNotes(folder).filter((note) => !isAlive(note.owner));
  const alive = findLeftOvers(folder);
  for (const note of alive) killIfStillThere(note.pid);
  await Promise.all(alive.map(untilGone));
  for (const note of orphans) forgetPid(folder, note.name, note.pid);
  return alive.map((note) => note.name);
}

function killIfStillThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Just gone; or someone else's, and then it will not exit either.
  }
}

async function untilGone(note: Note): Promise<void> {
  const bound = performance.now() + GONE_WITHIN_MS;
  while (isAlive(note)) {
    if (performance.now() > bound) {
      throw userError(`The ${note.name} of an earlier stage will not exit. Kill it: kill -9 ${note.pid}`);
    }
    await delay(20);
  }
}

/** Also true while it is exiting, when it no longer has a command line. */
function isAlive({ pid, identity }: Known): boolean {
  const now = identityOf(pid);
  return now !== undefined && (now === identity || now === `${identity.split(' ')[0]} `);
}

function describe(name: string, pid: number): string | undefined {
  const identity = identityOf(pid);
  const ownIdentity = identityOf(process.pid);
  if (!identity || !ownIdentity) return undefined;
  const note: Note = { name, pid, identity, owner: { pid: process.pid, identity: ownIdentity } };
  return `${JSON.stringify(note, undefined, 2)}\n`;
}

/** All notes in a stage's folder, whichever stage made them; none if there is no such folder. */
function allNotes(folder: string): Note[] {
  const pids = join(folder, 'pids');
  const files = existsSync(pids) ? readdirSync(pids).filter((file) => file.endsWith('.json')) : [];
  return files
    .map((file) => readNote(folder, file.slice(0, -'.json'.length)))
    .filter((note) => note !== undefined);
}

/** A note that cannot be read, or that was made up, counts as none. */
function readNote(folder: string, name: string): Note | undefined {
  try {
    const note = JSON.parse(readFileSync(noteFile(folder, name), 'utf8')) as Note;
    const isNote = typeof note.identity === 'string' && typeof note.owner.identity === 'string';
    return isNote && note.name === name ? note : undefined;
  } catch {
    return undefined;
  }
}

function noteFile(folder: string, name: string): string {
  return join(folder, 'pids', `${name}.json`);
}
