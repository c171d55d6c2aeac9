// Finds the Temporal CLI, and fetches it if there is none: six steps, from what the user named to a build.
import { mkdir, rename } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { userError } from '../../../hello-ip/support/user-error.ts';
import { buildCli } from './build.ts';
import { cacheFolders, pathsIn, removeFolder, removeRests, writableFolder } from './cache-folder.ts';
import { downloadCli, type Job, type Source } from './download.ts';
import { interruptible } from './interrupt.ts';
import { withLock } from './lock.ts';
import { createProgressBar, type Terminal } from './progress-bar.ts';
import { CLI_VERSION, findOnPath, HOW_TO_INSTALL, OLDEST_SERVER, readVersion } from './version.ts';

const TAKEN = {
  TEMPORAL_CLI: 'from TEMPORAL_CLI',
  PATH: 'from PATH',
  cache: 'from the cache',
  downloaded: 'downloaded',
  'built with Go': 'built with Go',
};

/** A working Temporal CLI, where it came from, its own version and that of the Server inside it. */
export interface TemporalCli {
  path: string;
  origin: keyof typeof TAKEN;
  version: string;
  server: string;
}

/** Everything has a default; the last two are for tests. */
export interface FindOptions {
  env?: NodeJS.ProcessEnv;
  print?: (line: string) => void;
  signal?: AbortSignal;
  source?: Source;
  terminal?: Terminal;
}

/** A search under way. */
export interface Search extends FindOptions {
  env: NodeJS.ProcessEnv;
  print: (line: string) => void;
  /** What was tried in vain, a line each. */
  failures: string[];
}

/**
 * The Temporal CLI to use, fetched into the user's cache if necessary; prints which one that is.
 * @throws a user error when none can be had, or the signal's reason once that aborts.
 */
export async function findTemporalCli({
  env = process.env,
  print = console.log,
  ...others
}: FindOptions = {}): Promise<TemporalCli> {
  const search: Search = { ...others, env, print, failures: [] };
  for (const folder of cacheFolders(search.env)) await removeRests(folder, search.print);
  const cli = (await findInstalled(search)) ?? (await fetched(search));
  if (!cli) throw nothingFound(search.failures);
  search.print(`Temporal CLI ${cli.version} (Server ${cli.server}) ${TAKEN[cli.origin]}: ${cli.path}`);
  return cli;
}

/**
 * The Temporal CLI that is already there: named by the user, on PATH or in the cache.
 * @throws a user error when the user named one that will not do
 */
export async function findInstalled(search: Search): Promise<TemporalCli | undefined> {
  return (await namedByUser(search)) ?? (await onPath(search)) ?? (await inCache(search));
}

async function namedByUser(search: Search): Promise<TemporalCli | undefined> {
  const named = search.env.TEMPORAL_CLI;
  if (!named) return undefined;
  const cli = await tryOut(resolve(named), 'TEMPORAL_CLI', search);
  if (typeof cli !== 'string') return cli;
  throw userError(
    `TEMPORAL_CLI is "${named}", which ${cli}. Set it to the path of a Temporal CLI with Server ${OLDEST_SERVER} or newer, or unset it.`,
  );
}

async function onPath(search: Search): Promise<TemporalCli | undefined> {
  const paths = await findOnPath('temporal', search.env);
  if (paths.length === 0) search.failures.push('PATH: no temporal there');
  for (const path of paths) {
    const cli = await tryOut(path, 'PATH', search);
    if (typeof cli !== 'string') return cli;
    search.print(`${path} is skipped: it ${cli}.`);
    search.failures.push(`PATH: ${path} ${cli}`);
  }
  return undefined;
}

async function inCache(search: Search): Promise<TemporalCli | undefined> {
  for (const folder of cacheFolders(search.env)) {
    const { cli: path } = pathsIn(folder);
    const cli = await tryOut(path, 'cache', search);
    if (typeof cli !== 'string') return cli;
    search.failures.push(`cache: ${path} ${cli}`);
  }
  return undefined;
}

/** One process at a time; one that had to wait for another finds its work in the cache. */
async function fetched(search: Search): Promise<TemporalCli | undefined> {
  const folder = await writableFolder(search.env, search.print);
  const { cli, lock } = pathsIn(folder);
  return interruptible(search.signal, (signal) =>
    withLock(lock, { print: search.print, signal }, async () => {
      const ready = await tryOut(cli, 'cache', search);
      if (typeof ready !== 'string') return ready;
      if (ready !== 'is not there') search.print(`${cli} is replaced: it ${ready}.`);
      const download = (job: Job) => downloadCli(job, search.source ?? {});
      return (
        (await make(folder, 'downloaded', download, { ...search, signal })) ??
        (await make(folder, 'built with Go', buildCli, { ...search, signal }))
      );
    }),
  );
}

/** Makes a CLI in a scratch folder and moves it into the cache once it has been shown to run. */
async function make(
  folder: string,
  origin: 'downloaded' | 'built with Go',
  maker: (job: Job) => Promise<string>,
  search: Search & { signal: AbortSignal },
): Promise<TemporalCli | undefined> {
  const { cli, work } = pathsIn(folder);
  const progress = createProgressBar(search.print, search.terminal);
  try {
    await removeFolder(work); // left by an earlier process with the same pid
    await mkdir(work);
    search.signal.throwIfAborted();
    const made = await maker({ ...search, work, progress });
    const version = await readVersion(made, search.env, search.signal);
    await mkdir(dirname(cli), { recursive: true });
    await rename(made, cli);
    return { path: cli, origin, ...version };
  } catch (error) {
    search.signal.throwIfAborted();
    const failure = `${origin}: ${reasonOf(error)}`;
    search.failures.push(`not ${failure}`);
    search.print(`Temporal CLI not ${failure}`);
    return undefined;
  } finally {
    await removeFolder(work).catch(() => undefined); // the next run tries again
  }
}

async function tryOut(
  path: string,
  origin: TemporalCli['origin'],
  { env, signal }: Search,
): Promise<TemporalCli | string> {
  try {
    return { path, origin, ...(await readVersion(path, env, signal)) };
  } catch (error) {
    signal?.throwIfAborted();
    return reasonOf(error);
  }
}

/** One line, even for an error of execa, or for Node's when every address of a host refused. */
function reasonOf(error: unknown): string {
  const { shortMessage, message, code } = error as { shortMessage?: string; message?: string; code?: string };
  return (shortMessage || message || code || String(error)).split('\n')[0] ?? '';
}

function nothingFound(failures: string[]): Error {
  const tried = failures.map((line) => `  ${line}`).join('\n');
  return userError(
    `There is no Temporal CLI with Server ${OLDEST_SERVER} or newer, and none could be fetched:\n${tried}\nInstall ${CLI_VERSION} or newer: ${HOW_TO_INSTALL}\nOr install Go from https://go.dev/dl and run this again.`,
  );
}
