// Builds the Temporal CLI with Go, for a machine that reaches Go modules but not GitHub's releases.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import type { Job } from './download.ts';
import { atLeast, BINARY, CLI_VERSION, findOnPath, HOW_TO_INSTALL } from './version.ts';

const MODULE = fileURLToPath(new URL('go', import.meta.url));
const WANTED_GO = '1.26.4'; // as in go/go.mod
const OLDEST_GO = '1.21';
const TICK_MS = 1_000;
const TICKS_PER_LINE = 30;
const GROUPS = process.platform !== 'win32';

/**
 * Builds the CLI in `job.work` and returns its path. All that Go stores (modules, objects, a newer toolchain)
 * stays in that folder, some gigabytes that are removed with it.
 * @throws an error with a short reason.
 */
export async function buildCli(job: Job): Promise<string> {
  const [go] = await findOnPath('go', job.env);
  if (!go) throw new Error('Go is not installed');
  await refuseOldGo(go, job);
  job.print(
    `Building the Temporal CLI ${CLI_VERSION} with Go, which takes 3 to 5 minutes. To skip the wait: ${HOW_TO_INSTALL}`,
  );
  await mkdir(join(job.work, 'tmp'));
  await runGo(go, { ...job.env, ...privateGo(job.work) }, job);
  return join(job.work, BINARY);
}

/** With GOTOOLCHAIN=auto, a Go older than go.mod asks for fetches the newer one; versions before 1.21 cannot. */
async function refuseOldGo(go: string, { work, env, signal }: Job): Promise<void> {
  const { stdout } = await execa(go, ['version'], {
    cwd: work,
    env: { ...env, GOTOOLCHAIN: 'local' },
    extendEnv: false,
    cancelSignal: signal,
  });
  const [, version = OLDEST_GO] = /go(\d+(?:\.\d+)+)/.exec(stdout) ?? [];
  if (atLeast(version, OLDEST_GO)) return;
  throw new Error(
    `Go ${version} is too old; ${OLDEST_GO} or newer fetches the Go ${WANTED_GO} that is needed`,
  );
}

function privateGo(work: string): NodeJS.ProcessEnv {
  return {
    GOPATH: join(work, 'gopath'),
    GOMODCACHE: join(work, 'modules'),
    GOCACHE: join(work, 'objects'),
    GOTMPDIR: join(work, 'tmp'),
    GOFLAGS: '-modcacherw', // instead of the user's own, which may ask for vendored modules
    GOTOOLCHAIN: 'auto',
    GOWORK: 'off',
    CGO_ENABLED: '0', // like the official build; needs no C compiler
  };
}

async function runGo(go: string, env: NodeJS.ProcessEnv, { work, signal, progress }: Job): Promise<void> {
  const flags = `-s -w -X github.com/temporalio/cli/internal/temporalcli.Version=${CLI_VERSION}`;
  const target = ['-o', join(work, BINARY), '-ldflags', flags, 'github.com/temporalio/cli/cmd/temporal'];
  signal.throwIfAborted();
  const child = execa(go, ['build', '-v', '-buildvcs=false', ...target], {
    cwd: MODULE,
    env,
    extendEnv: false,
    stdin: 'ignore',
    stdout: 'ignore',
    buffer: false,
    reject: false,
    detached: GROUPS,
  });
  const kill = () => killGroup(child.pid);
  signal.addEventListener('abort', kill);
  process.on('exit', kill);
  let doing = 'starting';
  let lastWords = '';
  let ticks = 0;
  const tick = setInterval(() => {
    ticks += 1;
    const text = `building the Temporal CLI with Go: ${elapsed((ticks * TICK_MS) / 1000)}, ${doing}`;
    progress.show(text, ticks % TICKS_PER_LINE === 0);
  }, TICK_MS);
  try {
    for await (const line of child.iterable({ from: 'stderr' })) {
      const step = readStep(line);
      if (step) doing = step;
      else lastWords = line.trim() || lastWords;
    }
    const { failed, shortMessage } = await child;
    signal.throwIfAborted();
    if (failed) throw new Error(lastWords || shortMessage);
  } finally {
    clearInterval(tick);
    progress.clear();
    signal.removeEventListener('abort', kill);
    process.off('exit', kill);
  }
}

/** What Go is doing, according to a line of `go build -v`; undefined for a complaint. */
function readStep(line: string): string | undefined {
  const [, fetched] = /^go: downloading (\S+)/.exec(line) ?? [];
  if (fetched) return `downloading ${fetched}`;
  return /^[\w.~/-]+$/.test(line) ? `compiling ${line}` : undefined;
}

function elapsed(seconds: number): string {
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** Kills Go and its compilers at once: they write only to our own folder, so they need no time to clean up. */
function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(GROUPS ? -pid : pid, 'SIGKILL');
  } catch {
    // already gone
  }
}
