// The bug of the talk: takes the h of one address in activities.ts away and puts it back, and nothing else.
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
import { setTimeout as delay } from 'node:timers/promises';
import { userError } from '../hello-ip/user-error.ts';
import { askStage, type ProcessStatus, stageStatus } from './ask.ts';
import { ROOT } from './settings.ts';
import { isAlive, withLock } from './temporal-cli/lock.ts';

/** Where the bug goes. */
export const ACTIVITIES = join(ROOT, 'hello-ip', 'activities.ts');

const ADDRESS = 'http://ip-api.com/json/';
const WITHOUT_H = ADDRESS.slice(1);
const SEEN_BY = { in: 'retrying getLocationInfo', out: 'greeting' };
const QUOTES = ['`', "'", '"'];
const TURN_WITHIN_MS = 30_000; // the other one stops a Worker (2 s at most) and starts it (15 s at most)
const ANSWER_WITHIN_MS = 3000;
const BY_HAND =
  'restart it by hand (Ctrl-C in its terminal, then npm run worker), because Node does not reload a file';

export type Bug = 'in' | 'out';

/** Whether the bug is in a text, and in which line (the first is 1) and at which character its place is. */
export interface Found {
  bug: Bug;
  line: number;
  at: number;
}

/**
 * Finds the one place of the bug.
 * @throws a user's error when the text has none, more than one, or one that is neither broken nor whole
 */
export function findBug(text: string, file = 'hello-ip/activities.ts'): Found {
  const places = [...text.matchAll(new RegExp(WITHOUT_H.replaceAll('.', '\\.'), 'g'))].map(
    ({ index }) => index,
  );
  const [at] = places;
  if (at === undefined) throw unexpected(file, `has no ${ADDRESS}${whatItHas(text)}`);
  if (places.length > 1) {
    const lines = places.map((place) => lineAt(text, place)).join(' and ');
    throw unexpected(file, `has ${ADDRESS} more than once, in lines ${lines}`);
  }
  const line = lineAt(text, at);
  const isIn = QUOTES.includes(text[at - 1] ?? '');
  const isOut = text[at - 1] === 'h' && QUOTES.includes(text[at - 2] ?? '');
  if (isIn || isOut) return { bug: isIn ? 'in' : 'out', line, at };
  throw unexpected(file, `has something else than a quote before the address in ${quoteLine(text, line)}`);
}

/** The text with the bug in or out; every other character stays. */
export function withBug(text: string, wanted: Bug): string {
  const { bug, at } = findBug(text);
  if (bug === wanted) return text;
  return wanted === 'in' ? text.slice(0, at - 1) + text.slice(at) : `${text.slice(0, at)}h${text.slice(at)}`;
}

/**
 * Puts the bug into the file or takes it out, whole or not at all. Says whether there was anything to do.
 * @throws a user's error when the file is not as expected, changes just now, or cannot be written
 */
function writeBug(wanted: Bug, path = ACTIVITIES): { changed: boolean; line: number } {
  const file = realpathSync(path); // a link stays a link
  const before = read(file);
  const { bug, line } = findBug(before, nameOf(path));
  if (bug === wanted) return { changed: false, line };
  const next = `${beside(file, 'next')}-${process.pid}`;
  try {
    writeFileSync(next, withBug(before, wanted), 'latin1');
    chmodSync(next, statSync(file).mode);
    if (read(file) !== before) {
      throw userError(`${nameOf(path)} was changed by somebody else just now. Save it, and run this again.`);
    }
    renameSync(next, file);
  } finally {
    rmSync(next, { force: true });
  }
  return { changed: true, line };
}

/**
 * Whether the bug is in the file, and where.
 * @throws a user's error when the file is not there or not as expected
 */
export function readBug(path = ACTIVITIES): Found {
  return findBug(read(path), nameOf(path));
}

/** Whether the bug is in; a file that is not as expected has other troubles. */
export function isBroken(path = ACTIVITIES): boolean {
  try {
    return readBug(path).bug === 'in';
  } catch {
    return false;
  }
}

/** The last resort of a process that ends this very moment; it leaves the Worker alone. */
export function takeBugOutAtOnce(): void {
  if (isBroken()) writeFileSync(ACTIVITIES, withBug(readFileSync(ACTIVITIES, 'latin1'), 'out'), 'latin1');
}

/**
 * What `break` and `fix` do: the file first, then the Worker, which has the old code until it is restarted.
 * Those who come meanwhile wait until both is done.
 * @throws a user's error when the words do not say "geolocation", or the file or the Worker does not obey
 */
export async function changeBug(
  wanted: Bug,
  words: string[],
  say: (line: string) => void,
  path = ACTIVITIES,
): Promise<void> {
  const verb = wanted === 'in' ? 'break' : 'fix';
  if (words.length !== 1 || words[0] !== 'geolocation') {
    throw userError(
      `One thing can be ${wanted === 'in' ? 'broken' : 'fixed'}, "geolocation". Run: npm run stage ${verb} geolocation`,
    );
  }
  await alone(path, async () => {
    const { changed, line } = writeBug(wanted, path);
    const reads = `${nameOf(path)}, line ${line}: ${wanted === 'in' ? WITHOUT_H : ADDRESS}`;
    say(changed ? `bug ${wanted}: ${reads}` : `The bug is ${wanted} already: ${reads}`);
    await bringWorkerUpToDate(changed, path, say);
    if (changed) say(`See it: npm run stage expect ${SEEN_BY[wanted]}`);
  });
}

async function bringWorkerUpToDate(changed: boolean, path: string, say: (line: string) => void) {
  const worker = await askForWorker();
  if (!worker || worker.yours) {
    if (changed) say(`${worker ? 'The Worker is yours' : 'No stage is up'}: where one runs, ${BY_HAND}.`);
    return;
  }
  if (worker.pid === undefined) {
    // One that is about to be spawned reads the file as it is now.
    if (worker.state !== 'starting') say('The Worker is down. Start it: npm run stage start worker');
    return;
  }
  // Not changed, but the Worker is older than the file: a verb was killed before it came to this, or a hand edited.
  if (!changed && !isOlderThanFile(worker, path)) return;
  // Politely: an attempt that runs fails at once and is retried; after a SIGKILL it would first have to time out.
  const old = await askStage({ do: 'stop', process: 'worker' });
  const now = await askStage({ do: 'start', process: 'worker' });
  say(`worker restarted: pid ${old.pid} gone after ${old.ms} ms, pid ${now.pid} ready after ${now.ms} ms`);
}

/** @throws a user's error when there is a stage that does not answer */
async function askForWorker(): Promise<ProcessStatus | undefined> {
  const patience = delay(ANSWER_WITHIN_MS, undefined, { ref: false }).then(() => {
    throw userError(
      `The file is right, but the stage does not answer. Look at its terminal, and where a Worker runs, ${BY_HAND}.`,
    );
  });
  const status = await Promise.race([stageStatus(), patience]);
  return status?.processes.find(({ name }) => name === 'worker');
}

function isOlderThanFile({ uptimeMs = 0 }: ProcessStatus, path: string): boolean {
  return Date.now() - uptimeMs < statSync(path).mtimeMs;
}

/** One at a time, also across processes; what one that was killed has left behind is removed. */
async function alone(path: string, work: () => Promise<void>): Promise<void> {
  const signal = AbortSignal.timeout(TURN_WITHIN_MS);
  try {
    readBug(path); // a text that is not as expected is refused before anything is made
    const file = realpathSync(path);
    removeRests(file);
    await withLock(beside(file, 'lock'), { say: () => {}, signal }, work);
  } catch (error) {
    const { name, code } = error as NodeJS.ErrnoException;
    if (name === 'AbortError') {
      throw userError(
        'Another break or fix has been at work for 30 s. Look at the stage: npm run stage status',
      );
    }
    if (code === undefined || !/^E[A-Z]+$/.test(code)) throw error;
    throw userError(
      `${nameOf(path)} cannot be changed (${code}). See that it and its folder can be written.`,
    );
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

/** A hidden name that no tool takes for TypeScript, in the same folder, so that a rename is one step. */
function beside(file: string, word: string): string {
  return join(dirname(file), `.${basename(file)}.${word}`);
}

/** Latin-1 gives each byte one character and back, whatever the file's own encoding is. */
function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw userError(`${nameOf(path)} is not there. Bring it back: git restore ${nameOf(path)}`);
  }
}

function nameOf(path: string): string {
  return path === ACTIVITIES ? relative(ROOT, path).replaceAll('\\', '/') : path;
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
    .flatMap((words, index) => (words.includes('ip-api.com/json') ? [index + 1] : []));
  return lines.length ? `, but ${lines.map((line) => quoteLine(text, line)).join(' and ')}` : '';
}

function unexpected(file: string, fact: string): Error {
  return userError(`${file} ${fact}. Correct it by hand to \`${ADDRESS}\${ip}\`, and run this again.`);
}
