// A real PostgreSQL for a test: a cluster of its own in a temp folder, on a free port, gone afterwards.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import getPort from 'get-port';

const DEBIAN = '/usr/lib/postgresql';
/** The server refuses root, which tests in a container are; this is `nobody`. */
const NOBODY = 65_534;

/** Where its programs are; undefined if it is not installed. */
export function postgresPrograms(): string | undefined {
  const folders = [
    ...(existsSync(DEBIAN) ? readdirSync(DEBIAN).map((version) => join(DEBIAN, version, 'bin')) : []),
    ...(process.env.PATH ?? '').split(':'),
  ];
  return folders.find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')));
}

/** The oldest that can dump the PostgreSQL of the cluster. */
const DUMPS_SINCE = 16;

/** A folder with a pg_dump for PostgreSQL 16: an installed one, or else from PyPI into this folder; undefined if neither is to be had. */
export function dumpPrograms(folder: string): string | undefined {
  const installed = existsSync(DEBIAN)
    ? readdirSync(DEBIAN).filter((version) => Number(version) >= DUMPS_SINCE)
    : [];
  const [newest] = installed
    .map((version) => join(DEBIAN, version, 'bin'))
    .filter((bin) => existsSync(join(bin, 'pg_dump')));
  if (newest) return newest;
  try {
    execFileSync('pip', ['install', '--quiet', '--no-deps', '--target', folder, 'pgserver==0.1.4'], {
      stdio: 'ignore',
    });
    return join(folder, 'pgserver', 'pginstall', 'bin');
  } catch {
    return undefined;
  }
}

export interface Postgres {
  url: string;
  stop(): Promise<void>;
}

/** Resolves once it answers. */
export async function startPostgres(): Promise<Postgres> {
  const programs = postgresPrograms();
  if (!programs) throw new Error('PostgreSQL is not installed.');
  const folder = mkdtempSync(join(tmpdir(), 'postgres '));
  const user = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  if (user.uid) chownSync(folder, user.uid, user.gid);
  const data = join(folder, 'data');
  const quick = ['--no-sync', '--auth=trust', '--username=kit', '--encoding=UTF8', '--locale=C'];
  execFileSync(join(programs, 'initdb'), ['-D', data, ...quick], { ...user, stdio: 'ignore' });
  const port = await getPort({ host: '127.0.0.1', reserve: true });
  const args = [
    '-D',
    data,
    '-p',
    String(port),
    '-c',
    'listen_addresses=127.0.0.1',
    '-c',
    `unix_socket_directories=`,
  ];
  const server = spawn(join(programs, 'postgres'), args, { ...user, stdio: ['ignore', 'ignore', 'pipe'] });
  await untilReady(server);
  return {
    url: `postgres://kit@127.0.0.1:${port}/postgres`,
    async stop() {
      const ended = new Promise((resolve) => server.once('exit', resolve));
      server.kill('SIGQUIT');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function untilReady(server: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = '';
    server.stderr?.on('data', (data) => {
      said += data;
      if (said.includes('ready to accept connections')) resolve();
    });
    server.once('exit', () => reject(new Error(said)));
  });
}
