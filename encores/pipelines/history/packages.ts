// Loads the packages of this folder, which are installed only when the history is first used.
import { existsSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { userError } from '../../../hello-ip/support/user-error.ts';

/** This folder. A program that was bundled is run from elsewhere, with the address of its source in place. */
export const FOLDER = dirname(fileURLToPath(import.meta.url));

/** The command that installs them. */
export const INSTALL = 'npm ci --prefix encores/pipelines/history';

export function areInstalled(): boolean {
  return existsSync(join(FOLDER, 'node_modules', 'postgrator'));
}

/** What is used of PGlite. */
interface PGlite {
  query<Row>(sql: string, values?: unknown[]): Promise<{ rows: Row[] }>;
  exec(sql: string): Promise<unknown>;
  close(): Promise<void>;
}

/** What is used of pg: of its pool, and of one connection. */
export interface Connection {
  query(sql: string, values?: unknown[]): Promise<{ rows: unknown[] }>;
  release(): void;
}
interface Pool extends Pick<Connection, 'query'> {
  connect(): Promise<Connection>;
  end(): Promise<void>;
  on(event: 'error', listener: (error: Error) => void): void;
}
type PoolClass = new (options: {
  connectionString: string;
  connectionTimeoutMillis: number;
  max: number;
}) => Pool;

/** What is used of postgrator. */
interface Postgrator {
  migrate(to: string): Promise<{ version: number; name: string; action: string }[]>;
  getDatabaseVersion(): Promise<number>;
}
type PostgratorClass = new (options: {
  driver: 'pg';
  migrationPattern: string;
  schemaTable: string;
  execQuery(sql: string): Promise<{ rows: unknown[] }>;
  execSqlScript(sql: string): Promise<void>;
}) => Postgrator;

export async function loadPglite(): Promise<{ create(folder: string): Promise<PGlite> }> {
  return (await load<{ PGlite: { create(folder: string): Promise<PGlite> } }>('@electric-sql/pglite')).PGlite;
}

export async function loadPool(): Promise<PoolClass> {
  return (await load<{ default: { Pool: PoolClass } }>('pg')).default.Pool;
}

export async function loadPostgrator(): Promise<PostgratorClass> {
  return (await load<{ default: PostgratorClass }>('postgrator')).default;
}

/** @throws a user error when it is not installed */
async function load<Module>(name: string): Promise<Module> {
  if (!areInstalled())
    throw userError(`The history of the pipelines is not installed. Install it: ${INSTALL}`);
  const file = createRequire(join(realpathSync(FOLDER), 'package.json')).resolve(name);
  return import(pathToFileURL(file).href);
}
