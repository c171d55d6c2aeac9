// How one tells that a process is up or down: by what it answers, not by what is said of it.
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { ProcessStatus } from '../ask.ts';
import type { Vital } from './world.ts';

const LOOK_MS = 1000;
/** A Worker of the kit beats once a second (hello-ip/stage-tuning.ts); after two and a half without one it is gone. */
const FRESH_MS = 2500;

/** The last sign of life that the Temporal Service has of a Worker. */
export interface Beat {
  host: string;
  pid: number;
  at: Date;
  /** It had not said that it was leaving. */
  running: boolean;
}

/** What can be known of the Workers. */
export interface WorkerSigns {
  /** Undefined where the Temporal Service cannot be asked. */
  beats?: Beat[];
  /** Why not. */
  unasked?: string;
  /** What the stage says of its Worker; it may know nothing of one in the presenter's own terminal. */
  report?: ProcessStatus;
}

/** Whether a Worker polls. */
export function workerVital({ beats, unasked, report }: WorkerSigns, now = Date.now()): Vital {
  const ended = report && !report.yours && report.pid === undefined;
  const said = report ? `; ${describe(report)}` : '';
  if (!beats) return { up: ended ? false : undefined, fact: `${unasked}${said}` };
  const last = beats.toSorted((a, b) => a.at.getTime() - b.at.getTime()).at(-1);
  const age = last ? `${((now - last.at.getTime()) / 1000).toFixed(1)} s ago from pid ${last.pid}` : '';
  const fresh = beats.filter((beat) => isFresh(beat, now));
  if (fresh.length > 0) {
    const pids = fresh.map(({ pid }) => `pid ${pid}`).join(', ');
    return { up: true, fact: `polls (${pids}), last heartbeat ${age}` };
  }
  // A new Worker, or a restarted Temporal Service, has not heard of it yet: it beats within that time.
  const holdMs = ended ? 0 : FRESH_MS;
  return { up: false, fact: `${last ? `last heartbeat ${age}` : 'no heartbeat'}${said}`, holdMs };
}

function isFresh({ host, pid, at, running }: Beat, now: number): boolean {
  return running && now - at.getTime() < FRESH_MS && (host !== hostname() || isThere(pid));
}

/** Tells at once that a Worker on this machine was killed. */
function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Whether something with this sign on its first page answers there. */
export async function httpVital(url: string, sign: string, report?: ProcessStatus): Promise<Vital> {
  const said = report ? `; ${describe(report)}` : '';
  const answer = await ask(url);
  if (answer.refused) return { up: false, fact: `${url} refuses the connection${said}` };
  if (answer.text === undefined)
    return { up: undefined, fact: `${url} does not answer within ${LOOK_MS / 1000} s${said}` };
  if (!answer.text.includes(sign)) return { up: undefined, fact: `something else answers at ${url}${said}` };
  return { up: true, fact: `${url} answers${said}` };
}

/** One GET, whatever its status; neither text nor refused where no answer came in time. */
export async function ask(
  url: string,
  withinMs = LOOK_MS,
): Promise<{ status?: number; text?: string; refused?: boolean }> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(withinMs) });
    return { status: response.status, text: await response.text() };
  } catch (error) {
    const code = ((error as Error).cause as NodeJS.ErrnoException | undefined)?.code;
    return { refused: code === 'ECONNREFUSED' };
  }
}

/** What the stage says of a process. */
export function describe({ state, pid, ended, frozen }: ProcessStatus): string {
  if (pid !== undefined) return `the stage says: ${frozen ? 'frozen' : state}, pid ${pid}`;
  return `the stage says: ${state}${ended ? ` (${ended})` : ''}`;
}

/** The work's result, or a rejection with the reason after so many milliseconds. */
export async function bounded<T>(work: Promise<T>, reason: () => Error, ms = LOOK_MS): Promise<T> {
  const over = new AbortController();
  const late = delay(ms, undefined, { signal: over.signal }).then(() => Promise.reject(reason()));
  try {
    return await Promise.race([work, late]);
  } finally {
    over.abort();
    late.catch(() => {});
  }
}
