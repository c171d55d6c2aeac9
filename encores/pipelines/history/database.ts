// The database of the history: PGlite in this process, or a PostgreSQL where DATABASE_URL is set.
import { join } from 'node:path';
import { userError } from '../../../hello-ip/support/user-error.ts';
import { lockFolder } from './lock.ts';
import { type Connection, loadPglite, loadPool } from './packages.ts';

/** A minor version of PGlite changes the format of its files, so each has a folder of its own, which can be rebuilt. */
const PGLITE_FOLDER = 'history-pglite-0.5';
const CONNECT_MS = 5000;
/** So many can be written at once; a run is written in one transaction. */
const CONNECTIONS = 4;

/** What can be asked of a database. */
export interface Session {
  /** Asks one thing; what is answered are rows. */
  query<Row>(sql: string, values?: unknown[]): Promise<Row[]>;
  /** Runs a script of several statements. */
  exec(sql: string): Promise<void>;
}

export interface Database extends Session {
  kind: 'PGlite' | 'PostgreSQL';
  /** What is asked of the given session happens whole or not at all. */
  transaction<T>(work: (session: Session) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/**
 * @param folder that of the stage
 * @throws a user error when it is in use, does not answer, or is not installed
 */
export function openDatabase(
  folder: string,
  { DATABASE_URL }: NodeJS.ProcessEnv = process.env,
): Promise<Database> {
  return DATABASE_URL ? openPostgres(DATABASE_URL) : openPglite(join(folder, 'pipelines', PGLITE_FOLDER));
}

async function openPglite(folder: string): Promise<Database> {
  const PGlite = await loadPglite();
  const giveBack = lockFolder(folder);
  const database = await PGlite.create(join(folder, 'data'));
  const session: Session = {
    query: async <Row>(sql: string, values?: unknown[]) => (await database.query<Row>(sql, values)).rows,
    exec: async (sql) => void (await database.exec(sql)),
  };
  // It has one connection: a transaction has it alone, and whoever comes meanwhile waits.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = last.then(work);
    last = done.catch(() => {});
    return done;
  };
  return {
    kind: 'PGlite',
    query: (sql, values) => inTurn(() => session.query(sql, values)),
    exec: (sql) => inTurn(() => session.exec(sql)),
    transaction: (work) => inTurn(() => inTransaction(session, work)),
    async close() {
      await inTurn(() => database.close());
      giveBack();
    },
  };
}

async function openPostgres(connectionString: string): Promise<Database> {
  const Pool = await loadPool();
  const pool = new Pool({ connectionString, connectionTimeoutMillis: CONNECT_MS, max: CONNECTIONS });
  // One that is lost while nobody uses it is replaced.
  pool.on('error', () => {});
  const session = sessionOf(pool);
  await session.exec('select 1').catch(async (error) => {
    await pool.end();
    throw unreachable(connectionString, error);
  });
  return {
    ...{ kind: 'PostgreSQL', ...session },
    async transaction(work) {
      const client = await pool.connect();
      return inTransaction(sessionOf(client), work).finally(() => client.release());
    },
    close: () => pool.end(),
  };
}

function sessionOf(client: Pick<Connection, 'query'>): Session {
  return {
    query: async <Row>(sql: string, values?: unknown[]) => (await client.query(sql, values)).rows as Row[],
    exec: async (sql) => void (await client.query(sql)),
  };
}

async function inTransaction<T>(session: Session, work: (session: Session) => Promise<T>): Promise<T> {
  await session.exec('begin');
  try {
    const done = await work(session);
    await session.exec('commit');
    return done;
  } catch (error) {
    await session.exec('rollback').catch(() => {});
    throw error;
  }
}

function unreachable(connectionString: string, error: Error & { code?: string }): Error {
  const why = error.message || error.code;
  return userError(
    `The database ${placeOf(connectionString)} cannot be used: ${why}. Start it, mend DATABASE_URL, or unset it to use PGlite.`,
  );
}

/** Without the user and the password. */
function placeOf(connectionString: string): string {
  return URL.canParse(connectionString) ? new URL(connectionString).host : 'of DATABASE_URL';
}
