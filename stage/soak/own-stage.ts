// A stage for the soak alone: ports and a folder of its own, a log of all that its processes say, an end without rests.
import { execFile } from 'node:child_process';
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { spawnStage } from '../child-stage.ts';
import { checkPorts } from '../ports.ts';

const PORTS = ['SERVER_PORT', 'UI_PORT', 'APP_PORT', 'CONTROL_PORT', 'NETWORK_PORT'];
/** Below the ports that systems give to outgoing connections: one of those may take a port whose process is killed. */
const LOWEST_PORT = 20_000;
const HIGHEST_PORT = 30_000;
const LEFT_FOR_MS = 3000;

/** A stage that runs in a process of its own, and that this process now gives its orders to. */
export interface OwnStage {
  folder: string;
  logFile: string;
  log(line: string): void;
  /** Resolves when every process is up. Rejects when it ends first. */
  ready: Promise<void>;
  /** Resolves with how it ended, told to or not. */
  ended: Promise<string>;
  /** Ends it as Ctrl-C does. Resolves with what is left of it, or was wrong with its end. */
  leave(): Promise<string[]>;
  remove(): void;
}

/**
 * Spawns a stage in venue mode, and lets this process's settings lead to it.
 * @param heard is told every line of it
 */
export async function spawnOwnStage(heard: (line: string) => void): Promise<OwnStage> {
  const folder = mkdtempSync(join(tmpdir(), 'soak '));
  const logFile = join(folder, 'soak.log');
  const begun = performance.now();
  const log = (line: string) =>
    appendFileSync(logFile, `${((performance.now() - begun) / 1000).toFixed(3)} ${line}\n`);
  const ports = await freePorts();
  Object.assign(process.env, { ...ports, STAGE_FOLDER: folder });
  const { ready, ended, leave } = spawnStage(['venue'], (line) => {
    log(line);
    heard(line);
  });

  async function leaveNothing(): Promise<string[]> {
    const wrong = await leave();
    return [...(wrong ? [wrong] : []), ...(await leftOf(folder, ports))];
  }

  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  return { folder, logFile, log, ready, ended, leave: leaveNothing, remove };
}

async function freePorts(): Promise<Record<string, string>> {
  const free = new Set<number>();
  while (free.size < PORTS.length) {
    const port = LOWEST_PORT + Math.floor(Math.random() * (HIGHEST_PORT - LOWEST_PORT));
    if (await isFree(port)) free.add(port);
  }
  return Object.fromEntries([...free].map((port, index) => [PORTS[index], String(port)]));
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer().once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** The processes of a stage that has ended, which are killed now, and its ports that somebody still holds. */
async function leftOf(folder: string, ports: Record<string, string>): Promise<string[]> {
  const bound = performance.now() + LEFT_FOR_MS;
  while ((await processesOf(folder)).length > 0 && performance.now() < bound) await delay(50);
  const processes = (await processesOf(folder)).map(([pid, command]) => {
    process.kill(pid, 'SIGKILL');
    return `process ${pid} was left behind: ${command}`;
  });
  const held = Object.entries(ports).map(async ([variable, port]) =>
    checkPorts([{ variable, port: Number(port) }]).then(
      () => [],
      (error) => [`${variable} was left taken: ${error.message}`],
    ),
  );
  return [...processes, ...(await Promise.all(held)).flat()];
}

/** Whoever has inherited the folder, whoever their parent is by now. Windows does not tell. */
async function processesOf(folder: string): Promise<[pid: number, command: string][]> {
  if (process.platform === 'win32') return [];
  const mark = `STAGE_FOLDER=${folder}`;
  if (process.platform === 'linux') {
    const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
    return pids
      .filter((pid) => read(pid, 'environ').includes(mark))
      .map((pid) => [+pid, read(pid, 'cmdline')]);
  }
  const { stdout } = await promisify(execFile)('ps', ['-axEww', '-o', 'pid=', '-o', 'command=']);
  const rows = stdout.split('\n').filter((row) => row.includes(mark));
  return rows
    .map((row): [number, string] => [Number.parseInt(row, 10), row])
    .filter(([pid]) => pid !== process.pid);
}

function read(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return ''; // gone, or somebody else's
  }
}
