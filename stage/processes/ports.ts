// Checks the stage's ports before anything is spawned, and says who holds one that is taken.
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { promisify } from 'node:util';
import { userError } from '../../hello-ip/support/user-error.ts';
import { commandOf } from './process-table.ts';

const LISTENING = '0A'; // the state column of /proc/net/tcp
const MAX_COMMAND_LENGTH = 60;

/** A port that the stage wants, and the environment variable that sets it. */
export interface WantedPort {
  variable: string;
  port: number;
}

/**
 * Checks that every port is free on 127.0.0.1.
 * @throws a user error that names the port, who holds it, and the variable that sets ours.
 */
export async function checkPorts(wanted: WantedPort[]): Promise<void> {
  for (const { variable, port } of wanted) {
    const twin = wanted.find((other) => other.port === port && other.variable !== variable);
    if (twin) {
      throw userError(`${variable} and ${twin.variable} are both ${port}. Set one of them to another port.`);
    }
    const problem = await tryToListen(port);
    if (problem === 'EADDRINUSE') throw await portInUse(variable, port);
    if (problem) {
      throw userError(
        `Port ${port} may not be used (${problem}). Set ${variable} to another port, for example ${port + 10_000}.`,
      );
    }
  }
}

/** The error for a port that another process holds. */
export async function portInUse(variable: string, port: number): Promise<Error> {
  const holder = await holderOf(port);
  const free = port < 55_000 ? port + 10_000 : port - 10_000;
  return userError(
    `Port ${port} is in use${holder ? ` by ${holder}` : ''}. Stop that, or use another port: set ${variable}, for example ${variable}=${free}.`,
  );
}

/** Who listens on a port of this machine, as "command (pid 123)"; undefined when that cannot be determined. */
export async function holderOf(port: number): Promise<string | undefined> {
  const pid = process.platform === 'linux' ? linuxHolder(port) : await lsofHolder(port);
  if (!pid) return undefined;
  const command = commandOf(pid) ?? 'a process';
  return `${command.length > MAX_COMMAND_LENGTH ? `${command.slice(0, MAX_COMMAND_LENGTH)}…` : command} (pid ${pid})`;
}

/** The error code of listening on a port of 127.0.0.1, or undefined when it is free. */
function tryToListen(port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}

/** Linux needs no tool: the socket's inode from /proc/net, then the process that has it open. */
function linuxHolder(port: number): number | undefined {
  const sockets = new Set(listeningInodes(port).map((inode) => `socket:[${inode}]`));
  if (sockets.size === 0) return undefined;
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map(Number).find((pid) => hasOpen(pid, sockets));
}

function listeningInodes(port: number): string[] {
  const localPort = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const rows = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) => readOrEmpty(file).split('\n'));
  return rows
    .map((row) => row.trim().split(/\s+/))
    .filter((columns) => columns[1]?.endsWith(localPort) && columns[3] === LISTENING)
    .map((columns) => columns[9] ?? '');
}

function hasOpen(pid: number, sockets: Set<string>): boolean {
  try {
    const folder = `/proc/${pid}/fd`;
    return readdirSync(folder).some((fd) => sockets.has(linkOrEmpty(`${folder}/${fd}`)));
  } catch {
    return false; // gone by now, or someone else's
  }
}

async function lsofHolder(port: number): Promise<number | undefined> {
  if (process.platform === 'win32') return undefined;
  const args = ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-t'];
  const found = await promisify(execFile)('lsof', args, { timeout: 2000 }).catch(() => undefined);
  return Number(found?.stdout.split('\n')[0]) || undefined;
}

function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function linkOrEmpty(file: string): string {
  try {
    return readlinkSync(file);
  } catch {
    return '';
  }
}
