// What the cluster's databases say of themselves: versions of the schemas, tables and rows, members of the rings, and PgBouncer's pools.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { IP } from '../../encores/cluster/layout.ts';
import { DATABASES, type DatabasePlace } from '../../encores/cluster/server-config.ts';
import { ROOT } from '../settings.ts';

/** Of a query; making a database takes the longest. */
const WITHIN_MS = 3000;
/** A host writes that it is there every ten seconds. */
const HEARD_WITHIN_S = 30;
/** The greetings, and what is known of them: the tables that grow. */
const TABLES = {
  temporal: ['executions', 'history_node'],
  visibility: ['executions_visibility'],
} as const;

/** PostgreSQL's codes for a database and for a table that do not exist. */
const NOT_THERE = ['3D000', '42P01'];

type Key = keyof typeof DATABASES;

/** What is used of the package pg, which is installed in encores/cluster. */
interface PgClient {
  connect(): Promise<void>;
  query<Row>(sql: string): Promise<{ rows: Row[] }>;
  end(): Promise<void>;
  on(event: 'error', listener: () => void): void;
}
type PgClientClass = new (
  options: DatabasePlace & { database: string; connectionTimeoutMillis: number; query_timeout: number },
) => PgClient;

/** Asks one database, and closes the connection. @throws pg's error when it does not answer within 3 s */
async function ask<Row>(place: DatabasePlace, database: string, sql: string): Promise<Row[]> {
  const file = createRequire(join(ROOT, 'encores', 'cluster', 'package.json')).resolve('pg');
  const { Client } = (await import(pathToFileURL(file).href)).default as { Client: PgClientClass };
  const client = new Client({
    ...place,
    database,
    connectionTimeoutMillis: WITHIN_MS,
    query_timeout: WITHIN_MS,
  });
  client.on('error', () => {}); // the query under way fails as well
  try {
    await client.connect();
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end().catch(() => {});
  }
}

/** For example "1.19"; undefined before the first start. @throws pg's error, also for a wrong password */
export async function schemaVersion(place: DatabasePlace, key: Key): Promise<string | undefined> {
  const sql = 'select curr_version from schema_version';
  try {
    const [row] = await ask<{ curr_version: string }>(place, DATABASES[key], sql);
    return row?.curr_version;
  } catch (error) {
    if (NOT_THERE.includes((error as { code?: string }).code ?? '')) return undefined;
    throw error;
  }
}

/** The major version of the PostgreSQL: 16. */
export async function serverVersion(place: DatabasePlace): Promise<number> {
  const sql = "select current_setting('server_version_num')::int / 10000 as major";
  const [row] = await ask<{ major: number }>(place, 'postgres', sql);
  return row?.major ?? 0;
}

/** An empty database in the place of the one that is there, whoever uses it. */
export async function recreate(place: DatabasePlace, key: Key): Promise<void> {
  await ask(place, 'postgres', `drop database if exists ${DATABASES[key]} with (force)`);
  await ask(place, 'postgres', `create database ${DATABASES[key]}`);
}

/** How many tables the database has, and the rows of those that grow. */
export async function contentsOf(
  place: DatabasePlace,
  key: Key,
): Promise<{ tables: number; rows: Record<string, number> }> {
  const counts = TABLES[key].map((table) => `(select count(*)::int from ${table}) as ${table}`);
  const tables = "(select count(*)::int from pg_tables where schemaname = 'public') as tables";
  const [row] = await ask<Record<string, number>>(
    place,
    DATABASES[key],
    `select ${[tables, ...counts].join(', ')}`,
  );
  const { tables: sum = 0, ...rows } = row ?? {};
  return { tables: sum, rows };
}

/** How many executions of a namespace were started since then; milliseconds since 1970. */
export async function startedSince(
  place: DatabasePlace,
  namespaceId: string,
  since: number,
): Promise<number> {
  const sql = `select count(*)::int as count from current_executions where namespace_id = decode('${namespaceId.replaceAll(/[^0-9a-f]/g, '')}', 'hex')
    and start_time >= to_timestamp(${since / 1000}) at time zone 'utc'`;
  const [row] = await ask<{ count: number }>(place, DATABASES.temporal, sql);
  return row?.count ?? 0;
}

/** The membership ports of the hosts that have lately said that they are there. */
export async function membersOf(place: DatabasePlace): Promise<number[]> {
  const sql = `select rpc_port from cluster_membership where last_heartbeat > (now() at time zone 'utc') - interval '${HEARD_WITHIN_S} seconds'`;
  return (await ask<{ rpc_port: number }>(place, DATABASES.temporal, sql)).map(({ rpc_port }) => rpc_port);
}

/** One pool of PgBouncer: clients that have a connection or wait for one, and connections to PostgreSQL. */
export interface Pool {
  database: string;
  clients: number;
  waiting: number;
  connections: number;
}

/** @throws pg's error when no PgBouncer answers there */
export async function poolsOf(place: DatabasePlace, port: number): Promise<Pool[]> {
  type Row = Record<'cl_active' | 'cl_waiting' | 'sv_active' | 'sv_idle' | 'sv_used', string> & {
    database: string;
  };
  const rows = await ask<Row>({ ...place, host: IP, port }, 'pgbouncer', 'show pools');
  const ours: string[] = Object.values(DATABASES);
  return rows
    .filter(({ database }) => ours.includes(database))
    .map(({ database, cl_active, cl_waiting, sv_active, sv_idle, sv_used }) => ({
      database,
      clients: Number(cl_active),
      waiting: Number(cl_waiting),
      connections: Number(sv_active) + Number(sv_idle) + Number(sv_used),
    }));
}
