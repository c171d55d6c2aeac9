// For the tests of temporal-cli/: a machine of their own, with fake programs on PATH and a release on a local server.
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ExecaError, execa } from 'execa';
import { expect, vi } from 'vitest';
import { cacheFolders, pathsIn } from '../../stage/processes/temporal-cli/cache-folder.ts';
import type { Source } from '../../stage/processes/temporal-cli/download.ts';
import { findOnPath } from '../../stage/processes/temporal-cli/version.ts';

vi.setConfig({ testTimeout: 60_000 }); // processes start slowly when tests run side by side

const TOOLS = ['tar', 'gzip', 'sleep', 'touch', 'mkdir', 'chmod'];
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Waits for a state, long enough for a process to start on a busy machine. */
export const until = <T>(state: () => T) => expect.poll(state, { timeout: 20_000, interval: 20 });

/** What a Temporal CLI built from these versions prints. */
export const versionLine = (server = '1.31.2', version = '1.8.2') =>
  `temporal version ${version} (Server ${server}, UI 2.50.1)`;

/** A shell script that passes for a Temporal CLI. */
export const fakeCli = (line = versionLine()) => `echo '${line}'`;

/** Writes an executable shell script, with its folder. */
export async function writeScript(path: string, script: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
  return path;
}

export type Machine = Awaited<ReturnType<typeof createMachine>>;

/** A home, a stage folder and a PATH that know nothing of the real ones. */
export async function createMachine() {
  const folder = await mkdtemp(join(tmpdir(), 'temporal-cli-test-'));
  const bin = join(folder, 'bin');
  await mkdir(bin);
  for (const tool of TOOLS) {
    const [path = ''] = await findOnPath(tool, process.env);
    await symlink(path, join(bin, tool));
  }
  const env: NodeJS.ProcessEnv = {
    PATH: bin,
    HOME: join(folder, 'home'),
    STAGE_FOLDER: join(folder, 'stage'),
  };
  const lines: string[] = [];
  return {
    folder,
    env,
    lines,
    print: (line: string) => void lines.push(line),
    said: () => lines.join('\n'),
    install: (name: string, script: string) => writeScript(join(bin, name), script),
    cache: () => cacheFolders(env)[0] ?? '',
    cached: () => pathsIn(cacheFolders(env)[0] ?? '').cli,
    /** What is in the cache besides the finished CLI. */
    rests: async () =>
      (await readdir(cacheFolders(env)[0] ?? '').catch(() => [])).filter(
        (name) => !/^temporal-[\d.]+$/.test(name),
      ),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** A gzipped tar that holds these files, made by the system's own tar. */
export async function pack(files: Record<string, string>): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'temporal-cli-pack-'));
  for (const [name, script] of Object.entries(files)) await writeScript(join(folder, name), script);
  await writeFile(join(folder, 'LICENSE'), randomBytes(1_000_000)); // big enough to be cut in the middle
  await execa('tar', ['-czf', 'archive', ...Object.keys(files), 'LICENSE'], { cwd: folder });
  const archive = await readFile(join(folder, 'archive'));
  await rm(folder, { recursive: true });
  return archive;
}

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;
export type Release = Awaited<ReturnType<typeof serveRelease>>;

/** A release server; `answer` may stand in for the archive. */
export async function serveRelease(archive: Buffer, answer?: Answer) {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const name = request.url?.split('/').at(-1) ?? '';
    requests.push(name);
    if (answer) answer(request, response);
    else response.end(archive);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    host: `127.0.0.1:${port}`,
    source: { releaseUrl: `http://127.0.0.1:${port}/v1.8.2`, sha256: sha256Of(archive) },
    requests,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

export function sha256Of(archive: Buffer): string {
  return createHash('sha256').update(archive).digest('hex');
}

/** The resolver in a process of its own, on this machine; its lines go to `machine.say`. */
export async function spawnResolver(machine: Machine, source: Source) {
  const script = join(machine.folder, 'resolver.mts');
  const resolver = new URL('../../stage/processes/temporal-cli/resolve.ts', import.meta.url).href;
  await writeFile(
    script,
    `import { findTemporalCli } from ${JSON.stringify(resolver)};\nawait findTemporalCli({ source: ${JSON.stringify(source)} });\n`,
  );
  const child = execa(process.execPath, ['stage/run.cjs', script], {
    cwd: ROOT,
    env: machine.env,
    extendEnv: false,
    reject: false,
    buffer: false,
    all: true,
  });
  const ended = (async () => {
    for await (const line of child.iterable({ from: 'all' })) machine.print(String(line));
    return (await child) as Pick<ExecaError, 'exitCode' | 'signal'>;
  })();
  return { pid: child.pid ?? 0, kill: (signal: NodeJS.Signals) => child.kill(signal), ended };
}
