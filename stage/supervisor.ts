// The core of the stage: starts its processes, knows how each of them is, and takes them down in order.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { userError } from '../hello-ip/user-error.ts';
import { forgetPid, notePid } from './leftovers.ts';
import { ROOT } from './settings.ts';

const READY_WITHIN_MS = 15_000;
const POLITE_MS = 2000;
const LOOK_EVERY_MS = 50;
const LINES_KEPT = 8;
const LAST_WORDS_MS = 200;

/** What to spawn. With `ipc` it is a Node process that leaves when this one is gone. */
export interface Command {
  file: string;
  args: string[];
  env: NodeJS.ProcessEnv;
  ipc?: boolean;
}

/** How one process of the stage is run, and how one knows that it is ready. */
export interface Plan {
  name: string;
  /** Asked anew at each start. */
  command(): Command | Promise<Command>;
  /** Ready when it prints a line that begins so, or when the look says yes. */
  ready: { line: string } | { look: () => Promise<boolean>; say: string };
  /** Infinity for one that waits for something that the presenter starts. Milliseconds, 15 s unless said. */
  readyWithin?: number;
  /** Its output is kept for the error message and not shown. */
  silent?: boolean;
  /** It ends with exit code 0 when its work is done, and that is no death. */
  mayEnd?: boolean;
  /** The name under which it is started together with others. */
  group?: string;
  /** Told of every line that it prints. */
  heard?(line: string): void;
  /** What its last lines mean when it ended before it was ready. */
  explain?(lastLines: string[]): Error | undefined | Promise<Error | undefined>;
}

export type State = 'starting' | 'ready' | 'stopped' | 'died';

/** How one process is. */
export interface Report {
  name: string;
  state: State;
  pid?: number;
  /** Since it was spawned, while it lives. */
  uptimeMs?: number;
  /** How the last one ended: "SIGKILL" or "exit code 1". */
  ended?: string;
}

/** What an operation did: to which process, and how long it took until it was so. */
export interface Done {
  pid: number;
  ms: number;
  /** It was ready before. */
  already?: true;
}

/** Operations on one process take turns; a stop or a kill calls off a start that is under way. */
export interface Supervisor {
  /** Resolves when it is ready. Rejects with its last lines when it ends first or takes longer than 15 s. */
  start(name: string): Promise<Done>;
  /** Asks it to leave, kills it after 2 s, and resolves when it is gone. Rejects when it does not run. */
  stop(name: string): Promise<Done>;
  /** SIGKILL; resolves when it is gone from the process table. Rejects when it does not run. */
  kill(name: string): Promise<Done>;
  list(): Report[];
  /** Sends a message over the process's IPC channel; resolves with its answer. Rejects when it does not run. */
  ask(name: string, message: object): Promise<unknown>;
  /** Stops all, the last planned first; nothing can be started any more. */
  stopAll(): Promise<void>;
  /** SIGKILL for all at once; nothing can be started any more. Safe in an exit handler. */
  killAll(): void;
}

export interface SupervisorOptions {
  /** The stage's folder, where the pids are noted. */
  folder: string;
  say(name: string, line: string): void;
  /** Called when a process that was ready ends without having been asked to. */
  died?(report: Report): void;
}

interface Run {
  child: ChildProcess;
  pid: number;
  since: number;
  ready: boolean;
  /** It was told to leave, so its end is no news. */
  leaving: boolean;
  /** Who waits for its next messages. */
  waiting: ((answer: unknown) => void)[];
  /** Resolves when its ready line was seen. */
  readyLineSeen: Promise<void>;
  /** Resolves with how it ended, once it is gone from the process table. */
  gone: Promise<string>;
}

interface Slot {
  plan: Plan;
  run?: Run;
  state: State;
  ended?: string;
  /** What it printed last. */
  lastLines: string[];
  /** The operation that has its turn, or the last one that had. */
  turn: Promise<unknown>;
  /** Calls off the start that is under way. */
  callOff?: AbortController;
}

/** A supervisor of the planned processes, none of which runs yet. */
export function createSupervisor(plans: Plan[], options: SupervisorOptions): Supervisor {
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
      if (closing) throw userError(`The stage is being taken down, so ${name} is not started.`);
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
    slot.callOff?.abort(userError(`The ${name} was ${how} while it was starting.`));
    return takeTurn(slot, async () => {
      const { run } = slot;
      if (!run) throw userError(`The ${name} is not running${slot.ended ? ` (ended: ${slot.ended})` : ''}.`);
      return how === 'killed' ? killNow(run) : stopNow(slot, run);
    });
  }

  async function ask(name: string, message: object): Promise<unknown> {
    const { run } = slotOf(name);
    if (!run?.child.connected) throw userError(`The ${name} is not running, so it cannot be asked.`);
    return new Promise((resolve, reject) => {
      run.waiting.push(resolve); // a process answers in the order in which it was asked
      run.child.send(message, (error) => error && reject(error));
      run.gone.then((ended) => reject(userError(`The ${name} ended before it answered (${ended}).`)));
    });
  }

  async function stopAll(): Promise<void> {
    closing = true;
    for (const slot of slots.values())
      slot.callOff?.abort(userError('The stage was taken down while it was starting.'));
    // Each is waited for before the next: the Worker can report to a Temporal Service that is still there.
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
    if ('say' in slot.plan.ready) options.say(slot.plan.name, slot.plan.ready.say);
    return { pid: run.pid, ms: Math.round(performance.now() - begun) };
  } catch (error) {
    if (calledOff.aborted) {
      if (!slot.run) slot.state = before; // else whoever called it off ends the process in the next turn
      throw calledOff.reason;
    }
    if (slot.run) await killNow(slot.run);
    slot.state = 'died';
    throw error;
  }
}

async function orCalledOff<T>(work: T | Promise<T>, calledOff: AbortSignal): Promise<T> {
  calledOff.throwIfAborted();
  const over = new AbortController();
  const call = once(calledOff, 'abort', { signal: over.signal }).then(() => {
    throw calledOff.reason;
  });
  try {
    return await Promise.race([work, call]);
  } finally {
    over.abort();
  }
}

/** Spawns the process and keeps the books on it until it is gone. */
async function spawnRun(slot: Slot, command: Command, options: SupervisorOptions): Promise<Run> {
  const { name } = slot.plan;
  const child = spawn(command.file, command.args, {
    cwd: ROOT,
    env: command.env,
    // A process group of its own: Ctrl-C in the terminal must not reach it, so that all can leave in order.
    // On Windows that would open a window for each.
    detached: process.platform !== 'win32',
    stdio: ['ignore', 'pipe', 'pipe', ...(command.ipc ? (['ipc'] as const) : [])],
  });
  const { pid } = child;
  if (pid === undefined) {
    const [error] = (await once(child, 'error')) as [Error];
    throw userError(`The ${name} cannot be started: ${error.message}.`);
  }
  child.on('error', () => {}); // of a message to a process that has just gone
  notePid(options.folder, name, pid);
  const run: Run = {
    child,
    pid,
    since: performance.now(),
    ready: false,
    leaving: false,
    waiting: [],
    readyLineSeen: listen(slot, child, options),
    gone: new Promise((resolve) => {
      child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
    }),
  };
  slot.run = run;
  child.on('message', (answer) => run.waiting.shift()?.(answer));
  run.gone.then((ended) => closeTheBooks(slot, run, ended, options));
  return run;
}

function closeTheBooks(slot: Slot, run: Run, ended: string, options: SupervisorOptions): void {
  const { name } = slot.plan;
  slot.run = undefined;
  slot.ended = ended;
  const isDone = slot.plan.mayEnd === true && ended === 'exit code 0';
  slot.state = run.leaving || isDone ? 'stopped' : 'died';
  forgetPid(options.folder, name, run.pid);
  if (!run.ready || run.leaving || isDone) return; // somebody waits for its start or its end, and is told
  options.say(
    name,
    `died: ${ended} (pid ${run.pid}). It stays down until: npm run stage start ${slot.plan.group ?? name}`,
  );
  options.died?.(reportOf(slot));
}

/** Passes its output on line by line; resolves when the ready line is among it. */
function listen({ plan, lastLines }: Slot, child: ChildProcess, options: SupervisorOptions): Promise<void> {
  lastLines.length = 0;
  return new Promise((resolve) => {
    const hear = (line: string) => {
      lastLines.push(line);
      if (lastLines.length > LINES_KEPT) lastLines.shift();
      if (!plan.silent) options.say(plan.name, line);
      plan.heard?.(line);
      if ('line' in plan.ready && line.startsWith(plan.ready.line)) resolve();
    };
    for (const input of [child.stdout, child.stderr]) {
      if (input) createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY }).on('line', hear);
    }
  });
}

async function untilReady({ plan, lastLines }: Slot, run: Run, calledOff: AbortSignal): Promise<void> {
  const over = new AbortController();
  const signal = AbortSignal.any([over.signal, calledOff]);
  const bound = plan.readyWithin ?? READY_WITHIN_MS;
  const outcome = await Promise.race([
    ('line' in plan.ready ? run.readyLineSeen : untilSeen(plan.ready.look, signal)).then(() => 'ready'),
    run.gone.then((ended) => `ended before it was ready (${ended})`),
    ...(Number.isFinite(bound) ? [delay(bound, `was not ready within ${bound / 1000} s`, { signal })] : []),
  ]).finally(() => over.abort());
  if (outcome === 'ready') return;
  await Promise.race([once(run.child, 'close'), delay(LAST_WORDS_MS)]); // what it said last may still be in the pipe
  throw (await plan.explain?.(lastLines)) ?? lastWords(plan.name, lastLines, outcome);
}

async function untilSeen(look: () => Promise<boolean>, signal: AbortSignal): Promise<void> {
  while (!(await look())) await delay(LOOK_EVERY_MS, undefined, { signal });
}

function lastWords(name: string, lines: string[], what: string): Error {
  const words = lines.length ? ` Its last words:\n${lines.map((line) => `  ${line}`).join('\n')}` : '';
  return userError(`The ${name} ${what}.${words}`);
}

async function killNow(run: Run): Promise<Done> {
  const begun = performance.now();
  run.child.kill('SIGKILL');
  await run.gone;
  return { pid: run.pid, ms: Math.round(performance.now() - begun) };
}

async function stopNow(slot: Slot, run: Run): Promise<Done> {
  const begun = performance.now();
  run.leaving = true;
  run.child.kill('SIGTERM');
  const over = new AbortController();
  const patience = delay(POLITE_MS, undefined, { signal: over.signal }).then(() => run.child.kill('SIGKILL'));
  await Promise.race([run.gone, patience.then(() => run.gone)]).finally(() => over.abort());
  slot.state = 'stopped';
  return { pid: run.pid, ms: Math.round(performance.now() - begun) };
}

function reportOf({ plan, run, state, ended }: Slot): Report {
  const alive = run ? { pid: run.pid, uptimeMs: Math.round(performance.now() - run.since) } : {};
  return { name: plan.name, state, ...alive, ...(ended === undefined ? {} : { ended }) };
}
