// Remembers the stage's processes in its folder, so that the next start can clear what a kill -9 left behind.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { userError } from '../hello-ip/user-error.ts';
import { identityOf } from './process-table.ts';

const GONE_WITHIN_MS = 5000;

/** A process as it was when it was noted; a pid alone may mean another process by now. */
interface Known {
  pid: number;
  identity: string;
}

/** One process of the stage, and the process that started it and answers for it. */
export interface Note extends Known {
  name: string;
  owner: Known;
}

/**
 * Notes a process that this one has started, under the name that it has on stage.
 * On Windows nothing is noted, because nothing there would tell it from a later process with its pid.
 */
export function notePid(folder: string, name: string, pid: number): void {
  const text = describe(name, pid);
  if (text) writeFileSync(noteFile(folder, name), text);
}

/** Forgets a process, unless somebody else has meanwhile noted one of that name. */
export function forgetPid(folder: string, name: string, pid: number): void {
  if (readNote(folder, name)?.pid === pid) rmSync(noteFile(folder, name), { force: true });
}

/** The process of that name that runs right now and was started by another stage or terminal than this. */
export function runningElsewhere(folder: string, name: string): Note | undefined {
  const note = readNote(folder, name);
  if (!note || note.owner.pid === process.pid) return undefined;
  return isAlive(note) && isAlive(note.owner) ? note : undefined;
}

/**
 * Takes the stage for this process; only one at a time has it.
 * @throws a user's error when another has it.
 */
export function claimStage(folder: string): void {
  const text = describe('stage', process.pid);
  if (!text) return;
  try {
    writeFileSync(noteFile(folder, 'stage'), text, { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    refuseSecond(folder, 'stage', 'Use that one, or end it with Ctrl-C in its terminal');
    writeFileSync(noteFile(folder, 'stage'), text);
  }
  process.once('exit', () => forgetPid(folder, 'stage', process.pid));
}

/**
 * Makes sure that no process of that name runs elsewhere with this stage's folder.
 * @throws a user's error with the given advice, which is a sentence without its full stop.
 */
export function refuseSecond(folder: string, name: string, advice: string): void {
  const note = runningElsewhere(folder, name);
  if (!note) return;
  const what = name === 'stage' ? 'The stage' : `The ${name} of this stage`;
  throw userError(`${what} already runs (pid ${note.pid}). ${advice} (or: kill ${note.pid}).`);
}

/**
 * Makes the folder in which the stage keeps what outlives its processes.
 * @throws a user's error when it cannot be made or written.
 */
export function makeStageFolder(folder: string): void {
  try {
    mkdirSync(join(folder, 'pids'), { recursive: true });
    const probe = join(folder, `probe-${process.pid}`);
    writeFileSync(probe, '');
    rmSync(probe);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? error;
    throw userError(
      `The stage's folder ${folder} cannot be written (${code}). Make it writable, or set STAGE_FOLDER to one that is.`,
    );
  }
}

/**
 * Ends every noted process that has outlived whoever started it, and waits until it is gone.
 * A process is only ever signalled when its start time and command line are those that were noted.
 * @returns the names of those that were ended
 */
export async function clearLeftOvers(folder: string): Promise<string[]> {
  const orphans = allNotes(folder).filter((note) => !isAlive(note.owner));
  const alive = orphans.filter(isAlive);
  for (const note of alive) killIfStillThere(note.pid);
  await Promise.all(alive.map(untilGone));
  for (const note of orphans) forgetPid(folder, note.name, note.pid);
  return alive.map((note) => note.name);
}

function killIfStillThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone just now; or somebody else's, and then it does not go either.
  }
}

async function untilGone(note: Note): Promise<void> {
  const bound = performance.now() + GONE_WITHIN_MS;
  while (isAlive(note)) {
    if (performance.now() > bound) {
      throw userError(
        `The ${note.name} of an earlier stage does not go. End it by hand: kill -9 ${note.pid}`,
      );
    }
    await delay(20);
  }
}

/** Also while it is ending, when it has no command line any more. */
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

function allNotes(folder: string): Note[] {
  const files = readdirSync(join(folder, 'pids')).filter((file) => file.endsWith('.json'));
  return files
    .map((file) => readNote(folder, file.slice(0, -'.json'.length)))
    .filter((note) => note !== undefined);
}

/** A note that cannot be read, or that somebody has made up, is as good as none. */
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
