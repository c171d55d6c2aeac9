// What the operating system says of a process: whether a pid still means the process that it meant before.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/**
 * What tells a process from every other that ever had its pid: when it started, and its command line.
 * Undefined when there is no such process, when only its exit code is left, or on Windows, which has no quick way
 * to ask.
 */
export function identityOf(pid: number): string | undefined {
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  try {
    if (process.platform === 'linux') return linuxIdentity(pid);
    if (process.platform === 'win32') return undefined;
    return ps(['lstart=', 'command='], pid) || undefined;
  } catch {
    return undefined;
  }
}

/** The command line of a process, or undefined when it is gone or not ours to see. */
export function commandOf(pid: number): string | undefined {
  try {
    return (process.platform === 'linux' ? linuxCommand(pid) : ps(['command='], pid)) || undefined;
  } catch {
    return undefined;
  }
}

function linuxIdentity(pid: number): string | undefined {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name in parentheses may itself hold blanks and parentheses; behind it stands the state first,
  // and the start, in clock ticks since boot, as the 20th field (proc_pid_stat(5)).
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  // A zombie has given back its ports only once its other threads are gone too; till then its command line is empty.
  const isOver = fields[0] === 'Z' && readdirSync(`/proc/${pid}/task`).length === 1;
  return isOver ? undefined : `${fields[19]} ${linuxCommand(pid)}`;
}

function linuxCommand(pid: number): string {
  return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
}

/** One -o for each column: ps of macOS takes what follows the first "=" for a heading. */
function ps(columns: string[], pid: number): string {
  const args = ['-ww', ...columns.flatMap((column) => ['-o', column]), '-p', String(pid)];
  // The start is told in words: always the same ones, whatever terminal asks.
  const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC' };
  return execFileSync('ps', args, { encoding: 'utf8', stdio: 'pipe', timeout: 2000, env }).trim();
}
