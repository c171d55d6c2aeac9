// What the operating system says about a process, and whether a pid still means the process that it meant before.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/**
 * What tells a process from every other that ever had its pid: its start time and its command line.
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

/** Whether a process with this pid is running on this machine. */
export function isAlive(pid: number): boolean {
  try {
    return pid > 0 && process.kill(pid, 0); // 0 would be our own group
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Whether only its exit code is left of a process, which its parent has not fetched. False on Windows, which keeps none. */
export function isOver(pid: number): boolean {
  try {
    if (process.platform === 'win32') return false;
    return process.platform === 'linux' ? hasExited(pid) : ps(['state='], pid).startsWith('Z');
  } catch {
    return false;
  }
}

/** The parent of a process; undefined when it is gone, or on Windows. */
export function parentOf(pid: number): number | undefined {
  try {
    if (process.platform === 'win32') return undefined;
    return Number(process.platform === 'linux' ? linuxState(pid)[1] : ps(['ppid='], pid)) || undefined;
  } catch {
    return undefined;
  }
}

/** Whether a process is suspended, as by SIGSTOP; false when it is gone, and on Windows, which cannot do it. */
export function isSuspended(pid: number): boolean {
  try {
    if (process.platform === 'win32') return false;
    const state = process.platform === 'linux' ? linuxState(pid)[0] : ps(['state='], pid);
    return state?.startsWith('T') === true;
  } catch {
    return false;
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
  return hasExited(pid) ? undefined : `${linuxState(pid)[19]} ${linuxCommand(pid)}`;
}

/** A zombie releases its ports only once its other threads are gone too; until then its command line is empty. */
function hasExited(pid: number): boolean {
  return linuxState(pid)[0] === 'Z' && readdirSync(`/proc/${pid}/task`).length === 1;
}

/** The state, the parent's pid and so on; the 20th is the start time, in clock ticks since boot (proc_pid_stat(5)). */
function linuxState(pid: number): string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // They follow the name in parentheses, which may itself contain spaces and parentheses.
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

function linuxCommand(pid: number): string {
  return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
}

/** One -o for each column: ps on macOS takes what follows the first "=" for a heading. */
function ps(columns: string[], pid: number): string {
  const args = ['-ww', ...columns.flatMap((column) => ['-o', column]), '-p', String(pid)];
  // The start time is printed in words, which must not depend on the terminal that asks.
  const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC' };
  return execFileSync('ps', args, { encoding: 'utf8', stdio: 'pipe', timeout: 2000, env }).trim();
}
