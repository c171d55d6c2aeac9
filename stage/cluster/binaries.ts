// The programs of the cluster: on PATH, in the cache, or built with Go from the committed modules.
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { SERVER_VERSION, UI_VERSION } from '../../encores/cluster/versions.ts';
import { userError } from '../../hello-ip/support/user-error.ts';
import { writableFolder } from '../processes/temporal-cli/cache-folder.ts';
import { withLock } from '../processes/temporal-cli/lock.ts';
import { findOnPath } from '../processes/temporal-cli/version.ts';
import { ROOT } from '../settings.ts';

const MODULES = join(ROOT, 'encores', 'cluster', 'go');
const EXE = process.platform === 'win32' ? '.exe' : '';

/** Each program, the package that it is built from, and the module of this clone that names its version. */
const PROGRAMS = {
  'temporal-server': { target: 'go.temporal.io/server/cmd/server', module: 'server' },
  'temporal-sql-tool': { target: 'go.temporal.io/server/cmd/tools/sql', module: 'server' },
  'temporal-elasticsearch-tool': {
    target: 'go.temporal.io/server/cmd/tools/elasticsearch',
    module: 'server',
  },
  'temporal-ui-server': { target: 'github.com/temporalio/ui-server/v2/cmd/server', module: 'ui' },
} as const;
type Program = keyof typeof PROGRAMS;

export interface Binaries {
  server: string;
  sqlTool: string;
  searchTool: string;
  ui: string;
}

/**
 * Finds them, and builds what is missing; that takes 3 to 5 minutes, once.
 * @throws a user error when there is neither a program nor a Go to build it
 */
export async function findBinaries(print: (line: string) => void, signal: AbortSignal): Promise<Binaries> {
  const cache = join(await writableFolder(process.env, print), `cluster-${SERVER_VERSION}-${UI_VERSION}`);
  const find = async (name: Program) => (await onPath(name)) ?? (await inCache(cache, name));
  const missing: Program[] = [];
  for (const name of Object.keys(PROGRAMS) as Program[]) if (!(await find(name))) missing.push(name);
  if (missing.length > 0)
    await withLock(`${cache}.lock`, { print, signal }, () => build(missing, cache, { print, signal }));
  const need = async (name: Program) => (await find(name)) ?? join(cache, name + EXE);
  return {
    server: await need('temporal-server'),
    sqlTool: await need('temporal-sql-tool'),
    searchTool: await need('temporal-elasticsearch-tool'),
    ui: await need('temporal-ui-server'),
  };
}

async function onPath(name: Program): Promise<string | undefined> {
  for (const path of await findOnPath(name, process.env)) {
    const { stdout = '' } = await execa(path, ['--version'], { reject: false, timeout: 10_000 });
    const wanted = PROGRAMS[name].module === 'ui' ? UI_VERSION : SERVER_VERSION;
    if (String(stdout).includes(wanted)) return path;
  }
  return undefined;
}

async function inCache(cache: string, name: Program): Promise<string | undefined> {
  const path = join(cache, name + EXE);
  return existsSync(path) ? path : undefined;
}

const SAY_EVERY_MS = 30_000;

interface Build {
  print(line: string): void;
  signal: AbortSignal;
}

async function build(missing: Program[], cache: string, { print, signal }: Build): Promise<void> {
  const [go] = await findOnPath('go', process.env);
  if (!go)
    throw userError(
      `${missing.join(', ')} of Temporal Server ${SERVER_VERSION} are not on PATH, and there is no Go to build them. Install Go from https://go.dev/dl and run this again.`,
    );
  const work = `${cache}.${process.pid}`;
  print(`Building ${missing.join(', ')} with Go, which takes 3 to 6 minutes, once.`);
  try {
    await mkdir(work, { recursive: true });
    await mkdir(cache, { recursive: true });
    for (const name of missing) {
      if (await inCache(cache, name)) continue; // by another process, meanwhile
      const begun = performance.now();
      const seconds = () => Math.round((performance.now() - begun) / 1000);
      const tick = setInterval(() => print(`  ${name}: ${seconds()} s`), SAY_EVERY_MS);
      await buildOne(go, name, work, signal).finally(() => clearInterval(tick));
      await rename(join(work, name), join(cache, name + EXE));
      print(`  ${name}: built in ${seconds()} s`);
    }
  } finally {
    await rm(work, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function buildOne(go: string, name: Program, work: string, signal: AbortSignal): Promise<void> {
  const { target, module } = PROGRAMS[name];
  const failure = await goBuild(go, { module: join(MODULES, module), target, work, name, signal });
  if (failure)
    throw userError(
      `${name} cannot be built: ${failure}. Put a temporal-server ${SERVER_VERSION} on PATH, or try again with internet.`,
    );
}

/**
 * Builds one program of a committed module as work/name; Go's last words if it cannot.
 * All that Go stores stays in that folder, some gigabytes that are removed with it.
 */
export async function goBuild(
  go: string,
  build: { module: string; target: string; work: string; name: string; signal: AbortSignal },
): Promise<string | undefined> {
  const { module, target, work, name, signal } = build;
  const { failed, stderr } = await execa(
    go,
    ['build', '-buildvcs=false', '-ldflags=-s -w', '-o', join(work, name), target],
    {
      cwd: module,
      env: {
        GOPATH: join(work, 'gopath'),
        GOMODCACHE: join(work, 'modules'),
        GOCACHE: join(work, 'objects'),
        GOFLAGS: '-modcacherw',
        GOTOOLCHAIN: 'auto',
        GOWORK: 'off',
        CGO_ENABLED: '0',
      },
      reject: false,
      cancelSignal: signal,
      forceKillAfterDelay: 1000,
    },
  );
  signal.throwIfAborted();
  return failed ? String(stderr).trim().split('\n').at(-1) : undefined;
}
