// Runs the containers of a manifest without Docker: plain processes in a network, a file system and a process table of their own,
// with the names, ports, variables and commands that the manifest gives them. Linux, and as root.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, chmodSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../stage/settings.ts';

/** What temporalio/server runs: https://github.com/temporalio/temporal/blob/v1.31.2/docker/scripts/sh/entrypoint.sh */
const ENTRYPOINT = `#!/bin/sh
set -eu
: "\${BIND_ON_IP:=$(getent hosts "$(hostname)" | awk '{print $1;}')}"
export BIND_ON_IP
exec temporal-server start
`;

/** Whether this machine lets us make namespaces of Linux. */
export function hasNamespaces(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  try {
    execFileSync('unshare', ['--net', '--mount', '--uts', '--pid', '--fork', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** A process in the machine. */
export interface Running {
  child: ChildProcess;
  output(): string;
  /** Resolves with its exit code; 1 where a signal ended it. */
  ended: Promise<number>;
}

export interface StartOptions {
  host: string;
  command: readonly string[];
  env: Record<string, string>;
  /** PostgreSQL and PgBouncer refuse root. */
  asNobody?: boolean;
}

/** A machine of its own. Nobody outside can call it, and it can call nobody outside. */
export interface Machine {
  /** Gives an address to a name; two of a name are two addresses. */
  addressOf(host: string, alias?: string): string;
  start(options: StartOptions): Running;
  stop(): Promise<void>;
}

/**
 * @param folder a new one, for its files
 * @param programs the folder of what is found on PATH
 * @param config what is mounted at /etc/temporal/config
 */
export async function startMachine(folder: string, programs: string, config: string): Promise<Machine> {
  const etc = join(folder, 'etc');
  cpSync('/etc', etc, { recursive: true, verbatimSymlinks: true });
  mkdirSync(join(etc, 'temporal'), { recursive: true });
  cpSync(config, join(etc, 'temporal', 'config'), { recursive: true });
  writeFileSync(join(etc, 'temporal', 'entrypoint.sh'), ENTRYPOINT, { mode: 0o755 });
  writeFileSync(join(etc, 'hosts'), '127.0.0.1 localhost\n');
  chmodSync(folder, 0o755);
  const own = ['--net', '--mount', '--uts', '--pid', '--fork', '--kill-child', '--mount-proc'];
  // Names are looked up in the file only: there is nobody else to ask.
  const prepare = 'ip link set lo up; mount --bind "$1" /etc; echo up; exec sleep infinity';
  const holder = spawn('unshare', [...own, 'sh', '-c', prepare, 'sh', etc], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(holder.stdout, 'data');
  const inside = readFileSync(`/proc/${holder.pid}/task/${holder.pid}/children`, 'utf8').trim();
  const enter = ['--target', inside, '--net', '--mount', '--pid', `--wd=${ROOT}`];
  const path = `${programs}:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin`;
  const addresses = new Map<string, string>();

  return {
    addressOf(host, alias) {
      const known = addresses.get(host);
      const address = known ?? `127.0.1.${addresses.size + 1}`;
      if (!known) appendFileSync(join(etc, 'hosts'), `${address} ${host}\n`);
      if (alias && alias !== host && !known) appendFileSync(join(etc, 'hosts'), `${address} ${alias}\n`);
      addresses.set(host, address);
      return address;
    },
    start({ host, command, env, asNobody = false }) {
      const nobody = asNobody ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] : [];
      const named = ['unshare', '--uts', 'sh', '-c', 'hostname "$1"; shift; exec "$@"', 'sh', host];
      const child = spawn('nsenter', [...enter, ...named, ...nobody, ...command], {
        env: { PATH: path, HOME: folder, LC_ALL: 'C.UTF-8', ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let output = '';
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (data) => {
          output = (output + data).slice(-20_000);
        });
      const ended = once(child, 'close').then(([code]) => (code as number | null) ?? 1);
      return { child, output: () => output, ended };
    },
    async stop() {
      if (holder.exitCode !== null || holder.signalCode !== null) return;
      const gone = once(holder, 'close');
      holder.kill('SIGKILL');
      await gone;
    },
  };
}
