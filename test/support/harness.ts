// Runs the kit's own programs for a test: real processes on free ports, with a stage folder of their own.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import getPort, { portNumbers } from 'get-port';
import pTimeout from 'p-timeout';
import { checkPorts } from '../../stage/processes/ports.ts';
import { commandOf } from '../../stage/processes/process-table.ts';
import { ROOT } from '../../stage/settings.ts';
import { giveBundles } from './bundles.ts';

const PORT_VARIABLES = [
  ...(['SERVER_PORT', 'UI_PORT', 'APP_PORT', 'CONTROL_PORT', 'NETWORK_PORT'] as const),
  ...(['PLATFORM_PORT', 'BACKSTAGE_PORT', 'ENCORE_PORT', 'PIPELINES_PORT'] as const),
] as const;
const LOWEST_PORT = 10_000;
const HIGHEST_PORT = 20_000;
/** Below the time that a test may take, to say what was waited for; the PDF alone takes 45 s beside a busy neighbour. */
const PATIENCE_MS = 100_000;

export type Ports = Record<(typeof PORT_VARIABLES)[number], number>;

/** How a program ended. */
export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** Since it was told to exit. */
  ms: number;
}

export interface RunOptions {
  /** On top of this process's environment; undefined takes a variable away. */
  env?: NodeJS.ProcessEnv;
  /** The clone to run; this one by default. */
  root?: string;
  /** Shared with another run, if the two should have it in common. */
  folder?: string;
  ports?: Ports;
  /** Another command instead of its npm script's, to start the program differently. */
  command?: string[];
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
  /** Resolves with the match once the words are in the output. Rejects if it ends first, or after 100 s. */
  untilSaid(words: string | RegExp): Promise<RegExpExecArray>;
  /** Types a line, and forgets what was said before: untilSaid waits for what is said after it. */
  type(line: string): void;
  /** Resolves once it has ended, told to or not. */
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
  const { root = ROOT, folder = newStageFolder(), ports = await freePorts() } = options;
  const numbers = Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, String(port)]));
  const { command: [program = '', ...args] = [process.execPath, 'stage/run.cjs', file] } = options;
  const child = spawn(program, [...args, ...words], {
    cwd: root,
    env: { ...process.env, ...numbers, STAGE_FOLDER: folder, NO_COLOR: '1', ...options.env },
    stdio: [options.typed ? 'pipe' : 'ignore', 'pipe', 'pipe'],
  });
  const running = createProgram(child, folder, ports);
  programs.push(running);
  return running;
}

/** `npm start` in venue mode, once it is up. */
export async function startStage(words: string[] = [], options: RunOptions = {}): Promise<Program> {
  const venue = words.includes('network') ? [] : ['venue'];
  const stage = await run('stage/commands/start.ts', [...venue, ...words], options);
  await stage.untilSaid('Ctrl-C stops all of it');
  return stage;
}

/** `npm run server`, once it is up. */
export async function startServer(options: RunOptions = {}): Promise<Program> {
  const server = await run('stage/commands/server.ts', [], options);
  await server.untilSaid(
    `Temporal Service ready: 127.0.0.1:${server.ports.SERVER_PORT}, Web UI http://127.0.0.1:${server.ports.UI_PORT}`,
  );
  return server;
}

/** The Worker of an encore, once it is ready. */
export async function runEncoreWorker(encore: string, options: RunOptions): Promise<Program> {
  const worker = await run(`encores/${encore}/worker.ts`, [], options);
  await worker.untilSaid('Worker ready');
  return worker;
}

/** Ends everything that a test has started, even if the test has failed. Call it in afterEach. */
export async function cleanUp(): Promise<void> {
  for (const program of programs.splice(0)) program.child.kill('SIGKILL');
  for (const folder of folders) {
    await killProcessesOf(folder);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
  folders.clear();
}

/** A new folder with a space and non-ASCII letters in its name, and nothing in it, removed by cleanUp. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'bühne eins '));
  folders.add(folder);
  return folder;
}

/** One that has the bundles already. */
function newStageFolder(): string {
  const folder = newFolder();
  giveBundles(folder);
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

/** What is left of a stage: its processes, and its ports still in use. Waits a little for nothing to be left. */
export async function leftOf({ folder, ports }: Pick<Program, 'folder' | 'ports'>): Promise<string[]> {
  const look = async () => {
    const held = Object.entries(ports).map(([variable, port]) =>
      checkPorts([{ variable, port }]).then(
        () => [],
        ({ message }) => [message],
      ),
    );
    return [
      ...processesOf(folder).map((pid) => `process ${pid}: ${commandOf(pid)}`),
      ...(await Promise.all(held)).flat(),
    ];
  };
  await until(async () => (await look()).length === 0, 3000).catch(() => {});
  return look();
}

/** Kills the processes that have inherited this stage folder. Resolves when they are gone. */
export async function killProcessesOf(folder: string): Promise<void> {
  for (const pid of processesOf(folder)) process.kill(pid, 'SIGKILL');
  await until(() => processesOf(folder).length === 0);
}

/** The processes that have inherited this stage folder, whatever their parent is by now. Windows does not tell. */
export function processesOf(folder: string): number[] {
  if (process.platform === 'win32') return [];
  const mark = `STAGE_FOLDER=${folder}`;
  if (process.platform === 'linux') {
    const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    return pids.map(Number).filter((pid) => environmentOf(pid).includes(mark));
  }
  const table = execFileSync('ps', ['-axEww', '-o', 'pid=', '-o', 'command='], { encoding: 'utf8' });
  const rows = table.split('\n').filter((row) => row.includes(mark));
  return rows.map((row) => Number.parseInt(row, 10)).filter((pid) => pid !== process.pid);
}

/** The environment of a process as NAME=value, on Linux; empty when it is gone. */
export function environmentOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  } catch {
    return [];
  }
}

/** Whether a process is running; one that has ended but is not yet reaped by its parent is not. */
export function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform !== 'linux' || !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/**
 * Ports that nobody is listening on. Not those that the system hands out itself (from 32768 on): one of them may have
 * become somebody's outgoing connection by the time it is used, or while the process that holds it is killed.
 */
export async function freePorts(): Promise<Ports> {
  const entries = PORT_VARIABLES.map(async (name) => [name, await freePort()] as const);
  return Object.fromEntries(await Promise.all(entries)) as Ports;
}

/** Starts at a random one, because another process may be looking too; within this process none is given twice. */
function freePort(): Promise<number> {
  const port = portNumbers(randomInt(LOWEST_PORT, HIGHEST_PORT), HIGHEST_PORT);
  return getPort({ port, host: '127.0.0.1', reserve: true });
}

/** Waits until something is true. Rejects after 10 s by default. */
export async function until(isSo: () => boolean | Promise<boolean>, withinMs = 10_000): Promise<void> {
  const bound = performance.now() + withinMs;
  while (!(await isSo())) {
    if (performance.now() > bound) throw new Error(`Still false after ${withinMs} ms: ${isSo}`);
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
  child.once('close', () => {
    isClosed = true;
  });

  async function untilSaid(words: string | RegExp): Promise<RegExpExecArray> {
    const pattern =
      typeof words === 'string' ? new RegExp(words.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')) : words;
    const found = () => pattern.exec(output.slice(typedAt));
    await until(() => found() !== null || isClosed, PATIENCE_MS).catch(() => {});
    const match = found();
    if (!match) throw new Error(`${pattern} was not said${isClosed ? ' before the end' : ''}:\n${output}`);
    return match;
  }

  async function ended(): Promise<Ended> {
    const begun = performance.now();
    const [code, signal] = await pTimeout(closed, {
      milliseconds: PATIENCE_MS,
      fallback: () => {
        throw new Error(`It did not end:\n${output}`);
      },
    });
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
