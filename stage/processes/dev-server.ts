// The stage's own Temporal Service: how the dev server is started, when it answers, and what its errors mean.
import { accessSync, closeSync, constants, existsSync, openSync, readSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { userError } from '../../hello-ip/support/user-error.ts';

const LOOK_DEADLINE_MS = 1000;
const SQLITE_HEADER = 'SQLite format 3\0';

/** The database of a server version: a newer server may be unable to read an older one's. */
export function databaseFile(folder: string, serverVersion: string): string {
  return join(folder, `temporal-${serverVersion}.db`);
}

/**
 * Checks that the dev server can use the database, before it tries; the server creates a missing file.
 * @throws a user error that names the file and the remedy.
 */
export function checkDatabase(file: string): void {
  try {
    accessSync(existsSync(file) ? file : dirname(file), constants.W_OK);
    accessSync(dirname(file), constants.W_OK); // SQLite keeps two more files next to it
  } catch (error) {
    throw notWritable(file, (error as NodeJS.ErrnoException).code);
  }
  if (existsSync(file) && !isDatabase(file)) throw notADatabase(file);
}

/** The arguments of `temporal` for the dev server. With a write-ahead log a Workflow starts in 15 ms, not 57. */
export function devServerArgs(database: string, ports: { server: number; ui: number }): string[] {
  const address = ['--ip', '127.0.0.1', '--port', String(ports.server), '--ui-port', String(ports.ui)];
  const pragmas = ['--sqlite-pragma', 'journal_mode=wal', '--sqlite-pragma', 'synchronous=normal'];
  return ['server', 'start-dev', '--db-filename', database, ...address, ...pragmas, '--log-level', 'error'];
}

/** Whether a Temporal Service without credentials answers at that address, within a second. */
export async function serviceAnswers(address: string): Promise<boolean> {
  // Imported when first needed: it takes a third of a second, which the dev server uses to boot.
  const { Connection } = await import('@temporalio/client');
  // The user's proxy is for the internet, but gRPC would go through it even to this machine.
  const channelArgs = { 'grpc.enable_http_proxy': 0 };
  const connection = Connection.lazy({ address, interceptors: [], channelArgs });
  try {
    await connection.withDeadline(Date.now() + LOOK_DEADLINE_MS, () =>
      connection.workflowService.describeNamespace({ namespace: 'default' }),
    );
    return true;
  } catch {
    return false;
  } finally {
    await connection.close();
  }
}

/** What the dev server's last lines mean, or undefined when they are best shown as they are. */
export function explainDevServer(lines: string[], database: string): Error | undefined {
  const words = lines.join('\n');
  if (/not a database|malformed|no such (table|column)/.test(words)) return notADatabase(database);
  if (/readonly database|unable to open database/.test(words)) return notWritable(database);
  return undefined;
}

function isDatabase(file: string): boolean {
  const { size } = statSync(file);
  if (size === 0) return true;
  if (!statSync(file).isFile()) return false;
  const start = Buffer.alloc(SQLITE_HEADER.length);
  const descriptor = openSync(file, 'r');
  readSync(descriptor, start, 0, start.length, 0);
  closeSync(descriptor);
  return start.toString('latin1') === SQLITE_HEADER;
}

function notADatabase(file: string): Error {
  return userError(
    `${file} is not a database that this Temporal Service can read. Remove it to start afresh: rm -r '${file}'`,
  );
}

function notWritable(file: string, code = 'read-only'): Error {
  return userError(
    `The database ${file} cannot be written (${code}). Make it and its folder writable, or set STAGE_FOLDER to another folder.`,
  );
}
