// A stage as a child of this process: npm start, with a process group of its own, that leaves when this process leaves.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { userError } from '../hello-ip/user-error.ts';
import { ROOT } from './settings.ts';

const READY = 'Ctrl-C stops all of it';
const ENDED_WITHIN_MS = 30_000;
const LAST_LINES = 8;

/** A stage that runs in a process of its own. */
export interface ChildStage {
  /** Resolves when every process is up. Rejects with a user's error when it ends first. */
  ready: Promise<void>;
  /** Resolves with how it ended, told to or not. */
  ended: Promise<string>;
  /** Ends it as Ctrl-C does. Resolves with what was wrong with its end, if anything. */
  leave(): Promise<string | undefined>;
}

/**
 * Spawns `npm start` with these words, on the ports and in the folder that this process's environment says.
 * @param heard is told every line of it
 */
export function spawnStage(words: string[], heard: (line: string) => void): ChildStage {
  const child = spawn(process.execPath, [join(ROOT, 'stage', 'run.cjs'), 'stage/start.ts', ...words], {
    cwd: ROOT,
    // A process group of its own: Ctrl-C is for this process, which mends the stage before it ends it.
    detached: process.platform !== 'win32',
    // Through the channel the stage learns that this process is gone, even after a kill -9, and leaves.
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const ended = once(child, 'exit').then(([code, signal]) => signal ?? `exit code ${code}`);
  const lastLines: string[] = [];
  const said = new Promise<void>((resolve) => {
    const hear = (line: string) => {
      lastLines.splice(0, lastLines.length - LAST_LINES + 1);
      lastLines.push(line);
      heard(line);
      if (line.includes(READY)) resolve();
    };
    for (const input of [child.stdout, child.stderr]) if (input) createInterface({ input }).on('line', hear);
  });
  const ready = Promise.race([
    said,
    ended.then((how) => {
      throw userError(`The stage did not come up (${how}):\n  ${lastLines.join('\n  ')}`);
    }),
  ]);
  ready.catch(() => {}); // whoever waits for it is told; nobody does any more after Ctrl-C

  async function leave(): Promise<string | undefined> {
    if (child.exitCode !== null || child.signalCode !== null) return undefined;
    child.kill('SIGINT');
    const over = new AbortController();
    const late = delay(ENDED_WITHIN_MS, 'late', { signal: over.signal });
    const how = await Promise.race([ended, late]).finally(() => over.abort());
    if (how === 'late') child.kill('SIGKILL');
    return how === 'exit code 0' ? undefined : `the stage did not leave in order: ${how}`;
  }

  return { ready, ended, leave };
}
