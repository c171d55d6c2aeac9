// Which Temporal CLI a start would use; none is downloaded or built to find out.
import { askInternet } from './ask-internet.ts';
import { freeBytes, GB, inGb } from './disk.ts';
import type { Check, CheckContext, Finding } from './examine.ts';

const BUILD_NEEDS_GB = 2;
const INSTALL = 'brew install temporal, or see https://temporal.io/setup/install-temporal-cli';

/** What a look for the CLI has found, and if there is none, how a start could get it. */
export type CliFacts =
  | { path: string; version: string; server: string }
  | { tried: string[]; download: boolean; go: boolean; folder: string; free: number };

export const temporalCliCheck: Check = {
  name: 'temporal-cli',
  look: async (context) => judgeCli(await findCli(context)),
};

/** The verdict on it. */
export function judgeCli(facts: CliFacts): Finding {
  if ('path' in facts) {
    return {
      state: 'ok',
      fact: `Temporal CLI ${facts.version} (Server ${facts.server}): ${facts.path}`,
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
    fact: `${unreachable}, and building it takes ${BUILD_NEEDS_GB} GB in ${facts.folder}, which has ${inGb(facts.free)}.`,
    mend: `Make room, or install it: ${INSTALL}`,
  };
}

async function findCli({ env, signal }: CheckContext): Promise<CliFacts> {
  // Imported here: they need a package, and whether the packages are there is for another check to say.
  const { findInstalled } = await import('../processes/temporal-cli/resolve.ts');
  const { findOnPath } = await import('../processes/temporal-cli/version.ts');
  const { cacheFolders } = await import('../processes/temporal-cli/cache-folder.ts');
  const tried: string[] = [];
  const found = await findInstalled({ env, signal, print: () => {}, failures: tried });
  if (found) return found;
  const [folder = ''] = cacheFolders(env);
  const [{ download = false }, free, go] = await Promise.all([
    askInternet('download', env, signal),
    freeBytes(folder),
    findOnPath('go', env),
  ]);
  return { tried, download, go: go.length > 0, folder, free };
}
