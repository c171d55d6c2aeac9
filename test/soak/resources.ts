// What the stage's processes hold: memory, open files and sockets; none of it may grow with the greetings.
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { stageFolder } from '../../stage/settings.ts';

const MB = 1024; // in KB, as ps counts
/** Room for what a process loads when it first needs it. */
const MORE_HANDLES = 30;
const MORE_FILES = 10;
const MORE_MEMORY_MB = 60;
const MORE_MEMORY = 1.3;

/** What one process holds at one moment. */
export interface Held {
  name: string;
  pid: number;
  memoryMb: number;
  /** Open files and sockets; nothing where the system does not tell. */
  handles?: number;
}

/** All processes at one moment. */
export interface Sample {
  processes: Held[];
  /** In the stage's folder. */
  files: number;
}

/** Looks at these processes and at the stage's folder. */
export function sample(processes: { name: string; pid?: number }[]): Sample {
  return {
    processes: held(processes),
    files: readdirSync(stageFolder(), { recursive: true }).length,
  };
}

/** What these processes hold; one that has gone meanwhile is left out. */
export function held(processes: { name: string; pid?: number }[]): Held[] {
  return processes.flatMap(({ name, pid }) => (pid ? look(name, pid) : []));
}

/**
 * What has grown. Handles and files are compared with a stage that has just come up: at rest there should be no more.
 * Memory is compared only for a process that has been there all the time, from when it was warm.
 */
export function grown(fresh: Sample, warm: Sample, last: Sample): string[] {
  const wrong: string[] = [];
  for (const { name, pid, memoryMb, handles = 0 } of last.processes) {
    const before = fresh.processes.find((process) => process.name === name)?.handles ?? handles;
    if (handles > before + MORE_HANDLES)
      wrong.push(`${name} holds ${handles} files and sockets at rest, and held ${before} at the beginning`);
    const then = warm.processes.find((process) => process.pid === pid)?.memoryMb;
    if (then !== undefined && memoryMb > then * MORE_MEMORY + MORE_MEMORY_MB)
      wrong.push(`${name} grew from ${then} MB to ${memoryMb} MB`);
  }
  if (last.files > fresh.files + MORE_FILES)
    wrong.push(`the stage's folder has ${last.files} files, and had ${fresh.files} at the beginning`);
  return wrong;
}

/** "worker 190 MB, 41 handles; app …" */
export function describeHeld({ processes }: Sample): string {
  return processes
    .map(({ name, memoryMb, handles }) => `${name} ${memoryMb} MB${handles ? `, ${handles} handles` : ''}`)
    .join('; ');
}

function look(name: string, pid: number): Held[] {
  if (process.platform === 'win32') return [];
  try {
    const kb = execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' });
    const handles = process.platform === 'linux' ? readdirSync(`/proc/${pid}/fd`).length : undefined;
    return [{ name, pid, memoryMb: Math.round(Number(kb) / MB), handles }];
  } catch {
    return [];
  }
}
