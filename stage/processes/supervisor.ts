// The core of the stage: starts its processes, knows the state of each, and takes them down in order.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import pTimeout from 'p-timeout';
import { userError } from '../../hello-ip/support/user-error.ts';
import { ROOT } from '../settings.ts';
import { type Ask, createAsk } from './asking.ts';
import { type Change, noteChange } from './fault-log.ts';
import { forgetPid, notePid } from './pid-files.ts';

const READY_WITHIN_MS = 15_000;
const POLITE_MS = 2000;
const ANSWER_WITHIN_MS = 5000;
const POLL_INTERVAL_MS = 50;
const LINES_KEPT = 8;
const LAST_WORDS_MS = 200;

/** What to spawn. With `ipc` it is a Node process that exits when this one is gone. */
export interface SpawnCommand {
  file: string;
  args: string[];
  env: NodeJS.ProcessEnv;
  ipc?: boolean;
  /** As another user; only root may. */
  uid?: number;
  gid?: number;
}

/** How one process of the stage is run, and what shows that it is ready. */
export interface ProcessPlan {
  name: string;
  /** Called at each start. */
  command(): SpawnCommand | Promise<SpawnCommand>;
  /** Ready when it prints a line that begins with this, or when the look says yes. */
  ready: { line: string } | { look: () => Promise<boolean>; announce: string };
  /** Milliseconds, by default 15 s. Infinity for one that waits for something that the presenter starts. */
  readyWithin?: number;
  /** What asks it to exit; SIGTERM by default. */
  stopSignal?: NodeJS.Signals;
  /** Milliseconds that it has for it, 2 s by default, before it is killed. */
  stopWithin?: number;
  /** Its output is kept for the error message and not shown. */
  silent?: boolean;
  /** It ends with exit code 0 when its work is done, which does not count as dying. */
  mayEnd?: boolean;
  /** The name under which it is started together with others. */
  group?: string;
  /** Called with every line on its stdout. */
  onLine?(line: string): void;
  /** What its last lines mean when it ended before it was ready. */
  explain?(lastLines: string[]): Error | undefined | Promise<Error | undefined>;
}

export type ProcessState = 'starting' | 'ready' | 'stopped' | 'died';

/** The state of one process. */
export interface Report {
  name: string;
  state: ProcessState;
  pid?: number;
  /** Since it was spawned, while it lives. */
  uptimeMs?: number;
  /** How the last one ended: "SIGKILL" or "exit code 1". */
  ended?: string;
}

/** What an operation did: to which process, and how long it took to take effect. */
export interface Done {
  pid: number;
  ms: number;
  /** It was ready before. */
  already?: true;
}

/** The error code of a start that was called off, and so must not be tried again. */
export const CALLED_OFF = 'CALLED_OFF';

/** Called when a process has died on its own; returns whether it is restarted. */
export type Revive = (name: string) => boolean;

/** Operations on one process take turns; a stop or a kill calls off a start that is under way. */
export interface Supervisor {
  /** Resolves when it is ready. Rejects with its last lines when it ends first or takes longer than 15 s. */
  start(name: string): Promise<Done>;
  /** Asks it to exit, kills it after a while, and resolves when it is gone. Rejects when it is not running. */
  stop(name: string): Promise<Done>;
  /** SIGKILL; resolves when it is gone from the process table. Rejects when it is not running. */
  kill(name: string): Promise<Done>;
  list(): Report[];
  /**
   * Asks over the process's IPC channel; resolves with its answer. Rejects when it is not running, or does not answer
   * within 5 s by default; the question is then withdrawn.
   */
  ask(name: string, asked: object, withinMs?: number): Promise<unknown>;
  /** Stops all, the last planned first; nothing can be started any more. */
  stopAll(): Promise<void>;
  /** SIGKILL for all at once; nothing can be started any more. Safe in an exit handler. */
  killAll(): void;
}

export interface SupervisorOptions {
  /** The stage's folder, where the pids are noted, and what was killed. */
  folder: string;
  /** The npm script that starts one of its processes again, by its name; "stage" by default. */
  script?: string;
  print(name: string, line: string): void;
  /** Asked when a process that was ready has died on its own, not because it was killed from here. */
  revive?: Revive;
  /** Called when a process that was ready ends unasked. */
  died?(report: Report): void;
}

interface Run {
  child: ChildProcess;
  pid: number;
  since: number;
  ready: boolean;
  /** It was told to exit, so its end is expected. */
  leaving: boolean;
  /** It was killed from here, and stays dead: that is the show. */
  killed: boolean;
  ask: Ask;
  /** Resolves when its ready line has been seen. */
  readyLineSeen: Promise<void>;
  /** Resolves with how it ended, once it is gone from the process table. */
  gone: Promise<string>;
}

interface Slot {
  plan: ProcessPlan;
  run?: Run;
  state: ProcessState;
  ended?: string;
  /** What it printed last. */
  lastLines: string[];
  /** The operation that has its turn, or the last one that had. */
  turn: Promise<unknown>;
  /** Calls off the start that is under way. */
  callOff?: AbortController;
}

/** A supervisor of the planned processes, none of which is running yet. */
export function createSupervisor(plans: ProcessPlan[], options: SupervisorOptions): Supervisor {
  const slots = new Map<string, Slot>(
    plans.map((plan) => [plan.name, { plan, state: 'stopped', lastLines: [], turn: Promise.resolve() }]),
  );
  let closing = false;

  function slotOf(name: string): Slot {
    const slot = slots.get(name);
    if (slot) return slot;
    throw userError(
      `"${name}" is not a process of this stage. Its processes are: ${[...slots.keys()].join(', ')}.`,
    );
  }

  async function start(name: string): Promise<Done> {
    const slot = slotOf(name);
    return takeTurn(slot, async () => {
      if (slot.run) return { pid: slot.run.pid, ms: 0, already: true };
      if (closing) throw callingOff(`The stage is being taken down, so ${name} is not started.`);
      const callOff = new AbortController();
      slot.callOff = callOff;
      try {
        return await startNow(slot, callOff.signal, options);
      } finally {
        slot.callOff = undefined;
      }
    });
  }

  async function end(name: string, how: 'stopped' | 'killed'): Promise<Done> {
    const slot = slotOf(name);
    slot.callOff?.abort(callingOff(`The ${name} was ${how} while it was starting.`));
    return takeTurn(slot, async () => {
      const { run } = slot;
      if (!run) throw userError(`The ${name} is not running${slot.ended ? ` (ended: ${slot.ended})` : ''}.`);
      return how === 'killed' ? killNow(run) : stopNow(slot, run);
    });
  }

  async function ask(name: string, asked: object, withinMs = ANSWER_WITHIN_MS): Promise<unknown> {
    const { run } = slotOf(name);
    if (!run?.child.connected) throw userError(`The ${name} is not running, so it cannot be asked.`);
    const ended = run.gone.then((how) => {
      throw userError(`The ${name} ended before it answered (${how}).`);
    });
    const reply = await Promise.race([run.ask(asked, withinMs), ended]);
    if (reply) return reply.answer;
    throw userError(`The ${name} does not answer. If it is frozen, thaw it: npm run stage thaw ${name}`);
  }

  async function stopAll(): Promise<void> {
    closing = true;
    for (const slot of slots.values())
      slot.callOff?.abort(callingOff('The stage was taken down while it was starting.'));
    // One after the other, so that the Worker can report to a Temporal Service that is still there.
    for (const name of [...slots.keys()].reverse()) await end(name, 'stopped').catch(() => {});
  }

  function killAll(): void {
    closing = true;
    for (const { run } of slots.values()) {
      if (!run) continue;
      run.leaving = true;
      run.child.kill('SIGKILL');
    }
  }

  return {
    start,
    stop: (name) => end(name, 'stopped'),
    kill: (name) => end(name, 'killed'),
    list: () => [...slots.values()].map(reportOf),
    ask,
    stopAll,
    killAll,
  };
}

/** Why a start that was under way, or waiting its turn, is called off. */
function callingOff(message: string): Error {
  return Object.assign(userError(message), { code: CALLED_OFF });
}

/** Runs an operation once those before it on the same process are over, however they ended. */
function takeTurn<T>(slot: Slot, operation: () => Promise<T>): Promise<T> {
  const mine = slot.turn.then(operation);
  slot.turn = mine.catch(() => {});
  return mine;
}

async function startNow(slot: Slot, calledOff: AbortSignal, options: SupervisorOptions): Promise<Done> {
  const begun = performance.now();
  const before = slot.state;
  slot.state = 'starting';
  try {
    const command = await orCalledOff(slot.plan.command(), calledOff);
    const run = await spawnRun(slot, command, options);
    await orCalledOff(untilReady(slot, run, calledOff), calledOff);
    run.ready = true;
    slot.state = 'ready';
    noteChange(options.folder, slot.plan.name, 'ready');
    if ('announce' in slot.plan.ready) options.print(slot.plan.name, slot.plan.ready.announce);
    return { pid: run.pid, ms: Math.round(performance.now() - begun) };
  } catch (error) {
    if (calledOff.aborted) {
      if (!slot.run) slot.state = before; // else the caller that called it off ends the process in the next turn
      throw calledOff.reason;
    }
    if (slot.run) await killNow(slot.run);
    slot.state = 'died';
    throw error;
  }
}

async function orCalledOff<T>(work: T | Promise<T>, calledOff: AbortSignal): Promise<T> {
  return pTimeout(Promise.resolve(work), { milliseconds: Number.POSITIVE_INFINITY, signal: calledOff });
}

/** Spawns the process and keeps track of it until it is gone. */
async function spawnRun(slot: Slot, command: SpawnCommand, options: SupervisorOptions): Promise<Run> {
  const { name } = slot.plan;
  const child = spawn(command.file, command.args, {
    cwd: ROOT,
    env: command.env,
    uid: command.uid,
    gid: command.gid,
    // Its own process group: Ctrl-C in the terminal must not reach it, so that all can exit in order.
    // On Windows that would open a window for each.
    detached: process.platform !== 'win32',
    stdio: ['ignore', 'pipe', 'pipe', ...(command.ipc ? (['ipc'] as const) : [])],
  });
  const { pid } = child;
  if (pid === undefined) {
    const [error] = (await once(child, 'error')) as [Error];
    throw userError(`The ${name} cannot be started: ${error.message}.`);
  }
  child.on('error', () => {}); // from a message to a process that has just exited
  const run: Run = {
    child,
    pid,
    since: performance.now(),
    ready: false,
    leaving: false,
    killed: false,
    ask: createAsk(child),
    readyLineSeen: listen(slot, child, options),
    gone: new Promise((resolve) => {
      child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
    }),
  };
  slot.run = run;
  // It never rejects; an error while closing the books is a bug of ours, which must be seen.
  void run.gone.then((ended) => closeTheBooks(slot, run, ended, options));
  notePid(options.folder, name, pid);
  return run;
}

function closeTheBooks(slot: Slot, run: Run, ended: string, options: SupervisorOptions): void {
  const { name } = slot.plan;
  slot.run = undefined;
  slot.ended = ended;
  const isDone = slot.plan.mayEnd === true && ended === 'exit code 0';
  slot.state = run.leaving || isDone ? 'stopped' : 'died';
  forgetPid(options.folder, name, run.pid);
  if (run.ready && !isDone) noteChange(options.folder, name, changeOf(run, ended));
  if (!run.ready || run.leaving || isDone) return; // a caller awaits its start or its end, and is told
  const comesBack = !run.killed && options.revive?.(name) === true;
  const next = comesBack
    ? 'It is restarted at once.'
    : `It stays down until: npm run ${options.script ?? 'stage'} start ${slot.plan.group ?? name}`;
  options.print(name, `died: ${ended} (pid ${run.pid}). ${next}`);
  options.died?.(reportOf(slot));
}

function changeOf({ leaving }: Run, ended: string): Change {
  if (leaving) return 'stopped';
  return ended === 'SIGKILL' ? 'kill -9' : 'died';
}

/** Passes on its output line by line; resolves at the ready line. */
function listen({ plan, lastLines }: Slot, child: ChildProcess, options: SupervisorOptions): Promise<void> {
  lastLines.length = 0;
  return new Promise((resolve) => {
    const onLine = (line: string) => {
      lastLines.push(line);
      if (lastLines.length > LINES_KEPT) lastLines.shift();
      if (!plan.silent) options.print(plan.name, line);
      if ('line' in plan.ready && line.startsWith(plan.ready.line)) resolve();
    };
    for (const input of [child.stdout, child.stderr]) {
      if (!input) continue;
      const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY }).on('line', onLine);
      if (input === child.stdout) lines.on('line', (line) => plan.onLine?.(line));
    }
  });
}

async function untilReady({ plan, lastLines }: Slot, run: Run, calledOff: AbortSignal): Promise<void> {
  const over = new AbortController();
  const bound = plan.readyWithin ?? READY_WITHIN_MS;
  const readyOrGone = Promise.race([
    ('line' in plan.ready ? run.readyLineSeen : untilSeen(plan.ready.look, over.signal)).then(() => 'ready'),
    run.gone.then((ended) => `ended before it was ready (${ended})`),
  ]);
  const outcome = await pTimeout(readyOrGone, {
    milliseconds: bound,
    signal: calledOff,
    fallback: () => `was not ready within ${bound / 1000} s`,
  }).finally(() => over.abort());
  if (outcome === 'ready') return;
  // Its last lines may still be in the pipe.
  await pTimeout(once(run.child, 'close'), { milliseconds: LAST_WORDS_MS, message: false });
  throw (await plan.explain?.(lastLines)) ?? lastWords(plan.name, lastLines, outcome);
}

async function untilSeen(look: () => Promise<boolean>, signal: AbortSignal): Promise<void> {
  while (!(await look())) await delay(POLL_INTERVAL_MS, undefined, { signal });
}

function lastWords(name: string, lines: string[], what: string): Error {
  const words = lines.length ? ` Its last words:\n${lines.map((line) => `  ${line}`).join('\n')}` : '';
  return userError(`The ${name} ${what}.${words}`);
}

async function killNow(run: Run): Promise<Done> {
  const begun = performance.now();
  run.killed = true;
  run.child.kill('SIGKILL');
  await run.gone;
  return { pid: run.pid, ms: Math.round(performance.now() - begun) };
}

async function stopNow(slot: Slot, run: Run): Promise<Done> {
  const begun = performance.now();
  run.leaving = true;
  run.child.kill(slot.plan.stopSignal ?? 'SIGTERM');
  await pTimeout(run.gone, {
    milliseconds: slot.plan.stopWithin ?? POLITE_MS,
    fallback: () => {
      run.child.kill('SIGKILL');
      return run.gone;
    },
  });
  slot.state = 'stopped';
  return { pid: run.pid, ms: Math.round(performance.now() - begun) };
}

function reportOf({ plan, run, state, ended }: Slot): Report {
  const alive = run ? { pid: run.pid, uptimeMs: Math.round(performance.now() - run.since) } : {};
  return { name: plan.name, state, ...alive, ...(ended === undefined ? {} : { ended }) };
}
