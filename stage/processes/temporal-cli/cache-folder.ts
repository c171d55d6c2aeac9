// Where fetched Temporal CLIs are kept, so that all clones of this user share one, and how that place is kept tidy.
import { chmod, mkdir, mkdtemp, readdir, rm, rmdir } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import { userError } from '../../../hello-ip/support/user-error.ts';
import { stageFolder } from '../../settings.ts';
import { isAlive } from '../process-table.ts';
import { BINARY, CLI_VERSION } from './version.ts';

const NAME = `temporal-${CLI_VERSION}`;
const HOME_VARIABLE = process.platform === 'win32' ? 'LOCALAPPDATA' : 'HOME';
const STUBBORN = { recursive: true, force: true, maxRetries: 5, retryDelay: 200 };

/** The folders that may hold the CLI, best first: the user's cache, if there is one, then the stage's own. */
export function cacheFolders(env: NodeJS.ProcessEnv): string[] {
  const user = userCache(env);
  return [...(user ? [join(user, 'invincible-apps')] : []), resolve(stageFolder(env), 'cache')];
}

function userCache(env: NodeJS.ProcessEnv): string | undefined {
  if (process.platform === 'win32') return env.LOCALAPPDATA;
  if (process.platform === 'darwin') return env.HOME && join(env.HOME, 'Library', 'Caches');
  const { XDG_CACHE_HOME: xdg, HOME: home } = env;
  if (xdg && isAbsolute(xdg)) return xdg; // the XDG specification says to ignore a relative one
  return home && join(home, '.cache');
}

/** The paths in one cache folder: the finished CLI, the lock for making it, and this process's scratch folder. */
export function pathsIn(folder: string) {
  return {
    cli: join(folder, NAME, BINARY),
    lock: join(folder, `${NAME}.lock`),
    work: join(folder, `${NAME}.work-${process.pid}`),
  };
}

/**
 * The first cache folder that can be written; prints why when that is not the user's.
 * @throws a user error when there is none.
 */
export async function writableFolder(env: NodeJS.ProcessEnv, print: (line: string) => void): Promise<string> {
  const folders = cacheFolders(env);
  const refused = folders.length === 1 ? [`${HOME_VARIABLE} is not set`] : [];
  for (const folder of folders) {
    const reason = await whyNotWritable(folder);
    if (reason) refused.push(`${folder} cannot be written (${reason})`);
    else if (refused.length === 0) return folder;
    else {
      print(`The Temporal CLI is kept in ${folder}, because ${refused.join(' and ')}.`);
      return folder;
    }
  }
  throw userError(
    `There is no place for the Temporal CLI: ${refused.join(', ')}. Set STAGE_FOLDER to a folder that can be written, or TEMPORAL_CLI to a Temporal CLI.`,
  );
}

async function whyNotWritable(folder: string): Promise<string | undefined> {
  try {
    await mkdir(folder, { recursive: true });
    await rmdir(await mkdtemp(join(folder, 'probe-')));
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code;
  }
}

/** Removes what dead processes left half-made; what cannot be removed now is tried again at the next run. */
export async function removeRests(folder: string, print: (line: string) => void): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const [, pid] = /^temporal-.+\.(?:work|offer)-(\d+)/.exec(name) ?? [];
    if (!pid || isAlive(Number(pid))) continue;
    print(`Removing what an interrupted run left in ${join(folder, name)}`);
    await removeFolder(join(folder, name)).catch(() => undefined);
  }
}

/** Removes a folder and everything in it, even where Go made folders of its module cache read-only. */
export async function removeFolder(folder: string): Promise<void> {
  await rm(folder, STUBBORN).catch(async () => {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const folders = entries.filter((entry) => entry.isDirectory());
    for (const entry of folders) await chmod(join(entry.parentPath, entry.name), 0o755);
    await rm(folder, STUBBORN);
  });
}
