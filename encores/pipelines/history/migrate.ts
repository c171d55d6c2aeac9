// Brings the schema of the history up, and back; says what is missing of it.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { userError } from '../../../hello-ip/support/user-error.ts';
import { INDEXES, TABLES } from './columns.ts';
import type { Database, Session } from './database.ts';
import { FOLDER, loadPostgrator } from './packages.ts';

/** Any number, the same in all processes. */
const MIGRATION_LOCK = 7_233_017;

/** The newest version of the schema that this code knows. */
export const NEWEST = Math.max(
  ...readdirSync(join(FOLDER, 'migrations')).map((file) => Number.parseInt(file, 10)),
);

/** A migration that was run: "do 003 conditional". */
export type Step = string;

/** Brings the schema up to the newest version. @throws a user error when it is newer than this code, or was edited */
export function migrate(database: Database): Promise<Step[]> {
  return moveTo(database, NEWEST);
}

/** Takes the schema back to a version; what that version knows is kept. @throws a user error */
export async function rollback(database: Database, version: number): Promise<Step[]> {
  const now = await versionOf(database);
  if (!Number.isInteger(version) || version < 0 || version > now)
    throw userError(`The schema is at version ${now}. Roll it back to one from 0 to ${now}.`);
  return moveTo(database, version);
}

/** 0 before the first migration. */
export async function versionOf(database: Database): Promise<number> {
  const postgrator = await postgratorFor(database);
  return postgrator.getDatabaseVersion();
}

/** @throws a user error when another version of this kit has made the schema newer than this one knows it */
export async function refuseNewer(database: Database): Promise<void> {
  const version = await versionOf(database);
  if (version > NEWEST)
    throw userError(
      `The history has schema version ${version}, and this kit knows ${NEWEST} at most. Use the newer kit, which can roll it back: npm run pipelines rollback ${NEWEST}`,
    );
}

/** The tables, columns and indexes that are missing: "column step_executions.branch_taken". */
export async function verify({ query }: Database): Promise<string[]> {
  const found = await query<{ table: string; column: string }>(
    `select table_name as table, column_name as column from information_schema.columns where table_schema = current_schema()`,
  );
  const indexes = await query<{ name: string }>(
    `select indexname as name from pg_indexes where schemaname = current_schema()`,
  );
  const columns = Object.entries(TABLES).flatMap(([table, { columns: wanted }]) => {
    const there = found.filter((each) => each.table === table);
    if (there.length === 0) return [`table ${table}`];
    const missing = Object.keys(wanted).filter((name) => !there.some(({ column }) => column === name));
    return missing.map((name) => `column ${table}.${name}`);
  });
  const missing = INDEXES.filter((index) => !indexes.some(({ name }) => name === index));
  return [...columns, ...missing.map((index) => `index ${index}`)];
}

async function moveTo(database: Database, version: number): Promise<Step[]> {
  await refuseNewer(database);
  try {
    // All of it or nothing, and only one process at a time.
    return await database.transaction(async (session) => {
      await session.query('select pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
      const done = await (await postgratorFor(session)).migrate(asNumber(version));
      return done.map(({ action, version, name }) => `${action} ${asNumber(version)} ${name}`);
    });
  } catch (error) {
    const { message } = error as Error;
    if (!message.includes('MD5 checksum')) throw error;
    throw userError(
      `A migration was edited after it had run (${message}). Restore the file, and write a new migration instead.`,
    );
  }
}

const asNumber = (version: number) => String(version).padStart(3, '0');

async function postgratorFor({ query, exec }: Session) {
  const Postgrator = await loadPostgrator();
  // What a glob takes for a pattern may be in the path of a clone.
  const folder = FOLDER.replaceAll('\\', '/').replace(/[?*()[\]{}]/g, '[$&]');
  return new Postgrator({
    driver: 'pg',
    migrationPattern: `${folder}/migrations/*`,
    schemaTable: 'schema_migrations',
    execQuery: async (sql) => ({ rows: await query(sql) }),
    execSqlScript: exec,
  });
}
