// A backup of both databases with PostgreSQL's own tools, and the way back.
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { DATABASES, type DatabasePlace } from '../../encores/cluster/server-config.ts';
import { userError } from '../../hello-ip/support/user-error.ts';
import { findOnPath } from '../processes/temporal-cli/version.ts';
import { recreate, serverVersion } from './database.ts';

const DEBIAN = '/usr/lib/postgresql';

/** Where the backups are: beside the cluster's folder, which a reset removes. @param stage the folder of the stage */
export function backupsOf(stage: string): string {
  return join(stage, 'cluster-backups');
}

/** The newest backup, or the one of this name. @throws a user error when there is none */
export function findBackup(backups: string, name?: string): string {
  const all = existsSync(backups) ? readdirSync(backups).toSorted() : [];
  const found = name === undefined ? all.at(-1) : all.find((each) => each === name);
  if (found) return join(backups, found);
  throw userError(
    name === undefined
      ? 'There is no backup yet. Make one while the cluster is up: npm run cluster backup'
      : `There is no backup "${name}". There are: ${all.join(', ') || 'none'}.`,
  );
}

/**
 * Dumps both databases, while they are used, into a new folder, which it returns. The executions come first: what can be listed of them is
 * written after them, so the second dump knows all that the first one has, and maybe a little more, which is written again.
 * @throws a user error with the tool's last words
 */
export async function backUp(place: DatabasePlace, backups: string): Promise<string> {
  const dump = await findTool('pg_dump', await serverVersion(place));
  const folder = join(backups, new Date().toISOString().slice(0, 19).replaceAll(':', '-'));
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const database of [DATABASES.temporal, DATABASES.visibility])
    await runTool(dump, place, ['--format=custom', '--file', fileOf(folder, database), database]);
  return folder;
}

/** Puts both databases in the place of those that are there. No host may be up. @throws a user error with the tool's last words */
export async function restoreFrom(folder: string, place: DatabasePlace): Promise<void> {
  const restore = await findTool('pg_restore', await serverVersion(place));
  for (const [key, database] of Object.entries(DATABASES)) {
    await recreate(place, key as keyof typeof DATABASES);
    const into = ['--exit-on-error', '--no-owner', '--dbname', database];
    await runTool(restore, place, [...into, fileOf(folder, database)]);
  }
}

const fileOf = (folder: string, database: string) => join(folder, `${database}.dump`);

/** One that knows this PostgreSQL: an older one refuses a newer server. @throws a user error when there is none */
async function findTool(name: 'pg_dump' | 'pg_restore', major: number): Promise<string> {
  const debian = existsSync(DEBIAN)
    ? readdirSync(DEBIAN).map((version) => join(DEBIAN, version, 'bin', name))
    : [];
  for (const path of [...(await findOnPath(name, process.env)), ...debian]) {
    const { stdout = '' } = await execa(path, ['--version'], { reject: false, timeout: 10_000 });
    if (Number(/\) (\d+)/.exec(String(stdout))?.[1]) >= major) return path;
  }
  throw userError(
    `There is no ${name} of PostgreSQL ${major} or newer on PATH. Install it: brew install libpq, or apt-get install postgresql-client-${major}`,
  );
}

async function runTool(
  tool: string,
  { host, port, user, password }: DatabasePlace,
  words: string[],
): Promise<void> {
  const where = ['--host', host, '--port', String(port), '--username', user, '--no-password'];
  const { failed, stderr } = await execa(tool, [...where, ...words], {
    ...{ env: { PGPASSWORD: password }, reject: false },
  });
  if (failed)
    throw userError(
      `PostgreSQL's own tool failed: ${String(stderr).trim().split('\n').at(-1)}. See whether it answers: npm run cluster verify`,
    );
}
