// Runs the kit's own programs for a test: real processes on free ports, with a stage folder of their own.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ROOT } from '../../stage/settings.ts';

const PORT_VARIABLES = ['SERVER_PORT', 'UI_PORT', 'APP_PORT', 'CONTROL_PORT', 'NETWORK_PORT'] as const;
const LOWEST_PORT = 10_000;
const HIGHEST_PORT = 20_000;
/** Given to somebody else in this process. */
const taken = new Set<number>();
const SAID_WITHIN_MS = 60_000; // room for others on the machine; nothing waits longer than it must
const ENDED_WITHIN_MS = 30_000;

export type Ports = Record<(typeof PORT_VARIABLES)[number], number>;

/** How a program ended. */
export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** Since it was told to leave. */
  ms: number;
}

export interface RunOptions {
  /** On top of this process's environment; undefined takes a variable away. */
  env?: NodeJS.ProcessEnv;
  /** The clone to run; this one unless said. */
  root?: string;
  /** Shared with another run, for what the two are to have in common. */
  folder?: string;
  ports?: Ports;
  /** Whether something will be typed. */
  typed?: boolean;
}

/** A program of the kit that runs in a process of its own. */
export interface Program {
  child: ChildProcess;
  pid: number;
  folder: string;
  ports: Ports;
  /** Everything that it has printed so far, on both streams. */
  output(): string;
  /** Resolves with the match once the words stand in the output. Rejects when it ends first, or after a minute. */
  untilSaid(words: string | RegExp): Promise<RegExpExecArray>;
  /** Types a line, and forgets what was said before: untilSaid waits for what is said after it. */
  type(line: string): void;
  /** Resolves once it has ended, all by itself or not. */
  ended(): Promise<Ended>;
  /** Sends a signal and resolves when it has ended. */
  leave(signal?: NodeJS.Signals): Promise<Ended>;
  /** The pid that the stage has noted for one of its processes. */
  pidOf(name: string): number;
}

const programs: Program[] = [];
const folders = new Set<string>();

/** Runs one of the kit's files, as its npm script does. */
export async function run(file: string, words: string[] = [], options: RunOptions = {}): Promise<Program> {
  const { root = ROOT, folder = newFolder(), ports = await freePorts() } = options;
  const numbers = Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, String(port)]));
  const child = spawn(process.execPath, ['stage/run.cjs', file, ...words], {
    cwd: root,
    env: { ...process.env, ...numbers, STAGE_FOLDER: folder, NO_COLOR: '1', ...options.env },
    stdio: [options.typed ? 'pipe' : 'ignore', 'pipe', 'pipe'],
  });
  const program = createProgram(child, folder, ports);
  programs.push(program);
  return program;
}

/** `npm start` in venue mode, once it is up. */
export async function startStage(words: string[] = [], options: RunOptions = {}): Promise<Program> {
  const venue = words.includes('network') ? [] : ['venue'];
  const stage = await run('stage/start.ts', [...venue, ...words], options);
  await stage.untilSaid('Ctrl-C stops all of it');
  return stage;
}

/** Ends everything that a test has started, also when the test has failed. Call it in afterEach. */
export async function cleanUp(): Promise<void> {
  for (const program of programs.splice(0)) program.child.kill('SIGKILL');
  for (const folder of folders) {
    for (const pid of processesOf(folder)) process.kill(pid, 'SIGKILL');
    await until(() => processesOf(folder).length === 0);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
  folders.clear();
}

/** A new folder with a blank and letters that are not ASCII, removed by cleanUp. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'bühne eins '));
  folders.add(folder);
  return folder;
}

/** A copy of this clone for a test that changes files in it, removed by cleanUp. */
export function copyOfClone(name = 'clone'): string {
  const root = join(newFolder(), name);
  const notCopied = ['node_modules', '.git', '.stage', 'slides'];
  cpSync(ROOT, root, { recursive: true, filter: (path) => !notCopied.includes(basename(path)) });
  symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'));
  return root;
}

/** What is left of a stage: its processes and its ports that still listen. Waits a little until there is nothing. */
export async function leftOf({ folder, ports }: Program): Promise<string[]> {
  const look = async () => {
    const listening = await Promise.all(
      Object.entries(ports).map(async ([name, port]) => (await listens(port)) && name),
    );
    return [
      ...processesOf(folder).map((pid) => `process ${pid}`),
      ...listening.filter((name) => name !== false),
    ];
  };
  await until(async () => (await look()).length === 0, 3000).catch(() => {});
  return look();
}

/** The processes that have inherited this stage folder, whoever their parent is by now. */
export function processesOf(folder: string): number[] {
  const mark = `STAGE_FOLDER=${folder}`;
  if (process.platform === 'linux') {
    const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    return pids.filter((pid) => environmentOf(Number(pid)).includes(mark)).map(Number);
  }
  const rows = execFileSync('ps', ['-axEww', '-o', 'pid=', '-o', 'command='], { encoding: 'utf8' }).split(
    '\n',
  );
  return rows.filter((row) => row.includes(mark)).map((row) => Number.parseInt(row, 10));
}

/** The environment of a process as NAME=value, on Linux; empty when it is gone. */
export function environmentOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  } catch {
    return [];
  }
}

/** Whether a process is there; one that has ended and is not yet reaped by its parent is not. */
export function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform !== 'linux' || !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/**
 * Ports that nobody listens on at this moment. Not those that the system hands out by itself (from 32768 on): one of
 * them may be somebody's outgoing connection by the time that it is used, or again while its process is killed.
 */
export async function freePorts(): Promise<Ports> {
  const entries = PORT_VARIABLES.map(async (name) => [name, await freePort()] as const);
  return Object.fromEntries(await Promise.all(entries)) as Ports;
}

async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(LOWEST_PORT, HIGHEST_PORT);
    if (taken.has(port) || (await listens(port))) continue;
    taken.add(port);
    return port;
  }
}

/** Waits until something is so. Rejects after 10 s unless said otherwise. */
export async function until(isSo: () => boolean | Promise<boolean>, withinMs = 10_000): Promise<void> {
  const bound = performance.now() + withinMs;
  while (!(await isSo())) {
    if (performance.now() > bound) throw new Error(`Not so within ${withinMs} ms: ${isSo}`);
    await delay(25);
  }
}

function createProgram(child: ChildProcess, folder: string, ports: Ports): Program {
  let output = '';
  let typedAt = 0;
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
  }
  const closed = once(child, 'close') as Promise<[Ended['code'], Ended['signal']]>;
  let isClosed = false;
  closed.then(() => {
    isClosed = true;
  });

  async function untilSaid(words: string | RegExp): Promise<RegExpExecArray> {
    const pattern =
      typeof words === 'string' ? new RegExp(words.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')) : words;
    const found = () => pattern.exec(output.slice(typedAt));
    await until(() => found() !== null || isClosed, SAID_WITHIN_MS).catch(() => {});
    const match = found();
    if (!match) throw new Error(`${pattern} was not said${isClosed ? ' before the end' : ''}:\n${output}`);
    return match;
  }

  async function ended(): Promise<Ended> {
    const begun = performance.now();
    const late = delay(ENDED_WITHIN_MS, undefined, { ref: false }).then(() => {
      throw new Error(`It did not end:\n${output}`);
    });
    const [code, signal] = await Promise.race([closed, late]);
    return { code, signal, ms: Math.round(performance.now() - begun) };
  }

  return {
    child,
    pid: child.pid as number,
    folder,
    ports,
    output: () => output,
    untilSaid,
    type: (line) => {
      typedAt = output.length;
      child.stdin?.write(`${line}\n`);
    },
    ended,
    leave: (signal = 'SIGINT') => {
      child.kill(signal);
      return ended();
    },
    pidOf: (name) => JSON.parse(readFileSync(join(folder, 'pids', `${name}.json`), 'utf8')).pid,
  };
}

async function listens(port: number): Promise<boolean> {
  const socket = createConnection({ port, host: '127.0.0.1' });
  const connected = await once(socket, 'connect').then(
    () => true,
    () => false,
  );
  socket.destroy();
  return connected;
}
