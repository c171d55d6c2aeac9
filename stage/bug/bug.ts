// The bug of the talk: removes the h of one address in activities.ts and puts it back, and nothing else.
import {
  chmodSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { userError } from '../../hello-ip/support/user-error.ts';
import { askStage, type ProcessStatus, stageStatus } from '../control/client.ts';
import { HOSTS } from '../network/lookup-hosts.ts';
import { isAlive } from '../processes/process-table.ts';
import { withLock } from '../processes/temporal-cli/lock.ts';
import { ROOT } from '../settings.ts';

/** Where the bug goes. */
export const ACTIVITIES_FILE = join(ROOT, 'hello-ip', 'activities.ts');

const ADDRESS = `http://${HOSTS.getLocationInfo}/json/`;
const WITHOUT_H = ADDRESS.slice(1);
const SEEN_BY = { in: 'retrying getLocationInfo', out: 'greeting' };
const QUOTES = ['`', "'", '"'];
const TURN_WITHIN_MS = 30_000; // the other process stops a Worker (2 s at most) and starts it (15 s at most)
const ANSWER_WITHIN_MS = 3000;
const BY_HAND =
  'restart it by hand (Ctrl-C in its terminal, then npm run worker), because Node does not reload a file';

export type Bug = 'in' | 'out';

/** Whether the bug is in a text, and on which line (the first is 1) and at which character it goes. */
export interface Found {
  bug: Bug;
  line: number;
  at: number;
}

/**
 * Finds the one place where the bug goes.
 * @throws a user error when the text has none, more than one, or one that is neither broken nor whole
 */
export function findBug(text: string, file = 'hello-ip/activities.ts'): Found {
  const places = [...text.matchAll(new RegExp(WITHOUT_H.replaceAll('.', '\\.'), 'g'))].map(
    ({ index }) => index,
  );
  const [at] = places;
  if (at === undefined) throw unexpected(file, `has no ${ADDRESS}${whatItHas(text)}`);
  if (places.length > 1) {
    const lines = places.map((place) => lineAt(text, place)).join(' and ');
    throw unexpected(file, `has ${ADDRESS} more than once, on lines ${lines}`);
  }
  const line = lineAt(text, at);
  const isIn = QUOTES.includes(text[at - 1] ?? '');
  const isOut = text[at - 1] === 'h' && QUOTES.includes(text[at - 2] ?? '');
  if (isIn || isOut) return { bug: isIn ? 'in' : 'out', line, at };
  throw unexpected(file, `has something other than a quote before the address on ${quoteLine(text, line)}`);
}

/** The text with the bug in or out; every other character stays. */
export function withBug(text: string, wanted: Bug): string {
  const { bug, at } = findBug(text);
  if (bug === wanted) return text;
  return wanted === 'in' ? text.slice(0, at - 1) + text.slice(at) : `${text.slice(0, at)}h${text.slice(at)}`;
}

/**
 * Puts the bug into the file or takes it out, atomically. Returns whether that changed anything, and where.
 * @throws a user error when the file is not as expected, changes at the same moment, or cannot be written
 */
function writeBug(wanted: Bug, path = ACTIVITIES_FILE): { changed: boolean; line: number } {
  const file = realpathSync(path); // a link stays a link
  const before = read(file);
  const { bug, line } = findBug(before, nameOf(path));
  if (bug === wanted) return { changed: false, line };
  const next = `${beside(file, 'next')}-${process.pid}`;
  try {
    writeFileSync(next, withBug(before, wanted), 'latin1');
    chmodSync(next, statSync(file).mode);
    if (read(file) !== before) {
      throw userError(`${nameOf(path)} was changed at the same moment. Save it, and run this again.`);
    }
    renameSync(next, file);
  } finally {
    rmSync(next, { force: true });
  }
  return { changed: true, line };
}

/**
 * Whether the bug is in the file, and where.
 * @throws a user error when the file is missing or not as expected
 */
export function readBug(path = ACTIVITIES_FILE): Found {
  return findBug(read(path), nameOf(path));
}

/** Whether the bug is in; a file that is not as expected has other problems, and counts as no. */
export function isBroken(path = ACTIVITIES_FILE): boolean {
  try {
    return readBug(path).bug === 'in';
  } catch {
    return false;
  }
}

/** The last resort of an exiting process; it leaves the Worker alone. */
export function takeBugOutAtOnce(): void {
  if (isBroken())
    writeFileSync(ACTIVITIES_FILE, withBug(readFileSync(ACTIVITIES_FILE, 'latin1'), 'out'), 'latin1');
}

/**
 * What `break` and `fix` do: change the file, then restart the Worker, which has the old code until then.
 * Concurrent callers wait until both are done.
 * @throws a user error when the file cannot be changed or the Worker cannot be restarted
 */
export async function changeBug(
  wanted: Bug,
  print: (line: string) => void,
  path = ACTIVITIES_FILE,
): Promise<void> {
  await alone(path, async () => {
    const { changed, line } = writeBug(wanted, path);
    const reads = `${nameOf(path)}, line ${line}: ${wanted === 'in' ? WITHOUT_H : ADDRESS}`;
    print(changed ? `bug ${wanted}: ${reads}` : `The bug is already ${wanted}: ${reads}`);
    await bringWorkerUpToDate({ wanted, changed }, path, print);
    if (changed) print(`See it: npm run stage expect ${SEEN_BY[wanted]}`);
  });
}

async function bringWorkerUpToDate(
  { wanted, changed }: { wanted: Bug; changed: boolean },
  path: string,
  print: (line: string) => void,
) {
  const worker = await askForWorker();
  // Only the score wants to know.
  if (worker && changed) await askStage({ do: 'note', bug: wanted }).catch(() => {});
  if (!worker || worker.yours) {
    if (changed)
      print(`${worker ? 'The Worker is yours' : 'No stage is up'}: if one is running, ${BY_HAND}.`);
    return;
  }
  if (worker.pid === undefined) {
    // One that is about to be spawned reads the file as it is now.
    if (worker.state !== 'starting') print('The Worker is down. Start it: npm run stage start worker');
    return;
  }
  // Unchanged, yet the Worker may be older than the file: a verb was killed before this, or the file was edited by hand.
  if (!changed && !isOlderThanFile(worker, path)) return;
  // Politely: a running attempt fails at once and is retried; after a SIGKILL it would have to time out first.
  const old = await askStage({ do: 'stop', process: 'worker' });
  const now = await askStage({ do: 'start', process: 'worker' });
  print(`worker restarted: pid ${old.pid} gone after ${old.ms} ms, pid ${now.pid} ready after ${now.ms} ms`);
}

/** @throws a user error when a stage is up but does not answer */
async function askForWorker(): Promise<ProcessStatus | undefined> {
  const late = userError(
    `The file is right, but the stage does not answer. Look at its terminal, and if a Worker is running, ${BY_HAND}.`,
  );
  const status = await stageStatus({ withinMs: ANSWER_WITHIN_MS, late });
  return status?.processes.find(({ name }) => name === 'worker');
}

function isOlderThanFile({ uptimeMs = 0 }: ProcessStatus, path: string): boolean {
  return Date.now() - uptimeMs < statSync(path).mtimeMs;
}

/** One at a time, even across processes; removes what a killed process left behind. */
async function alone(path: string, work: () => Promise<void>): Promise<void> {
  const signal = AbortSignal.timeout(TURN_WITHIN_MS);
  try {
    readBug(path); // an unexpected text is refused before anything is created
    const file = realpathSync(path);
    removeRests(file);
    await withLock(beside(file, 'lock'), { print: () => {}, signal }, work);
  } catch (error) {
    const { name, code } = error as NodeJS.ErrnoException;
    if (name === 'AbortError') {
      throw userError(
        'Another break or fix has been running for 30 s. Look at the stage: npm run stage status',
      );
    }
    if (code === undefined || !/^E[A-Z]+$/.test(code)) throw error;
    throw userError(`${nameOf(path)} cannot be changed (${code}). Make it and its folder writable.`);
  }
}

function removeRests(file: string): void {
  for (const name of readdirSync(dirname(file))) {
    const rest = join(dirname(file), name);
    const kind = ['next', 'offer'].find((word) => rest.startsWith(`${beside(file, word)}-`));
    const pid = kind && Number.parseInt(rest.slice(beside(file, kind).length + 1), 10);
    if (pid && !isAlive(pid)) rmSync(rest, { recursive: true, force: true });
  }
}

/** A hidden name that no tool takes for TypeScript, in the same folder, so that a rename is atomic. */
function beside(file: string, word: string): string {
  return join(dirname(file), `.${basename(file)}.${word}`);
}

/** Latin-1 maps each byte to one character and back, whatever the file's own encoding. */
function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw userError(`${nameOf(path)} is missing. Restore it: git restore ${nameOf(path)}`);
  }
}

function nameOf(path: string): string {
  return path === ACTIVITIES_FILE ? relative(ROOT, path).replaceAll('\\', '/') : path;
}

function lineAt(text: string, at: number): number {
  return text.slice(0, at).split('\n').length;
}

function quoteLine(text: string, line: number): string {
  const words = Buffer.from(text.split('\n')[line - 1]?.trim() ?? '', 'latin1').toString('utf8');
  return `line ${line} (${words.length > 100 ? `${words.slice(0, 100)}…` : words})`;
}

function whatItHas(text: string): string {
  const lines = text
    .split('\n')
    .flatMap((words, index) => (words.includes(`${HOSTS.getLocationInfo}/json`) ? [index + 1] : []));
  return lines.length ? `, but ${lines.map((line) => quoteLine(text, line)).join(' and ')}` : '';
}

function unexpected(file: string, fact: string): Error {
  return userError(`${file} ${fact}. Correct it by hand to \`${ADDRESS}\${ip}\`, and run this again.`);
}
