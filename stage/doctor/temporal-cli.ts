// Which Temporal CLI a start would take; none is fetched or built for that.
import { dirname, resolve } from 'node:path';
import type { Check, Finding, Surroundings } from '../doctor.ts';
import { askInternet } from './ask-internet.ts';
import { freeBytes, GB, inGb } from './space.ts';

const BUILD_NEEDS_GB = 2;
const INSTALL = 'brew install temporal, or see https://temporal.io/setup/install-temporal-cli';

/** What a look for the CLI has found, and where there is none, by what ways a start could get it. */
export type CliFacts =
  | { path: string; version: string; server: string }
  | { named: string; reason: string }
  | { tried: string[]; download: boolean; go: boolean; folder: string; free: number };

export const temporalCliCheck: Check = {
  name: 'temporal-cli',
  look: async (surroundings) => judgeCli(await findCli(surroundings)),
};

/** What to say of it. */
export function judgeCli(facts: CliFacts): Finding {
  if ('path' in facts) {
    return {
      state: 'ok',
      fact: `Temporal CLI ${facts.version} (Server ${facts.server}): ${facts.path}`,
    };
  }
  if ('named' in facts) {
    return {
      state: 'problem',
      fact: `TEMPORAL_CLI is "${facts.named}", which ${facts.reason}.`,
      mend: 'Set it to the path of a Temporal CLI, or unset it.',
    };
  }
  const none = `There is no Temporal CLI yet${facts.tried.map((line) => `; ${line}`).join('')}`;
  const now = 'Do that before the talk: npm start';
  if (facts.download) return { state: 'warning', fact: `${none}. A start downloads it.`, mend: now };
  const unreachable = `${none}. Its download is out of reach`;
  if (!facts.go) return { state: 'problem', fact: `${unreachable}.`, mend: `Install it: ${INSTALL}` };
  if (facts.free >= BUILD_NEEDS_GB * GB) {
    return {
      state: 'warning',
      fact: `${unreachable}, so a start builds it with Go, in 3 to 5 minutes.`,
      mend: now,
    };
  }
  return {
    state: 'problem',
    fact: `${unreachable}, and to build it takes ${BUILD_NEEDS_GB} GB in ${facts.folder}, which has ${inGb(facts.free)}.`,
    mend: `Make room, or install it: ${INSTALL}`,
  };
}

/** In the order of resolve.ts, as far as that changes nothing. */
async function findCli({ env, signal }: Surroundings): Promise<CliFacts> {
  // Imported here: they need a package, and that the packages are there is for another check to say.
  const { findOnPath, readVersion } = await import('../temporal-cli/version.ts');
  const { cacheFolders, pathsIn } = await import('../temporal-cli/cache-folder.ts');
  const tryOut = (path: string) => readVersion(path, env, signal).catch((error: Error) => error.message);

  const named = env.TEMPORAL_CLI;
  if (named) {
    const answer = await tryOut(resolve(named));
    return typeof answer === 'string' ? { named, reason: answer } : { path: resolve(named), ...answer };
  }
  const cached = cacheFolders(env).map((folder) => pathsIn(folder).cli);
  const tried: string[] = [];
  for (const path of [...(await findOnPath('temporal', env)), ...cached]) {
    const answer = await tryOut(path);
    if (typeof answer !== 'string') return { path, ...answer };
    if (answer !== 'is not there') tried.push(`${path} ${answer}`);
  }
  const folder = dirname(dirname(cached[0] ?? ''));
  const [{ download = false }, free, go] = await Promise.all([
    askInternet('download', env, signal),
    freeBytes(folder),
    findOnPath('go', env),
  ]);
  return { tried, download, go: go.length > 0, folder, free };
}
