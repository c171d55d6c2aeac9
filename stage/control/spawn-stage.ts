// A stage as a child of this process: npm start in its own process group, which exits when this process exits.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import pTimeout from 'p-timeout';
import { userError } from '../../hello-ip/support/user-error.ts';
import { ROOT } from '../settings.ts';

const READY = 'Ctrl-C stops all of it';
const ENDED_WITHIN_MS = 30_000;
const LAST_LINES = 8;

/** A stage that runs in a process of its own. */
export interface ChildStage {
  /** Resolves when every process is up. Rejects with a user error when it ends first. */
  ready: Promise<void>;
  /** Resolves with how it ended, whether told to or not. */
  ended: Promise<string>;
  /** Ends it as Ctrl-C does. Resolves with what went wrong, if anything. */
  leave(): Promise<string | undefined>;
}

/**
 * Spawns `npm start` with these words, with the ports and the folder from this process's environment.
 * @param onLine is called with each line of its output
 * @param file another program that brings something up as `npm start` does
 */
export function spawnStage(
  words: string[],
  onLine: (line: string) => void,
  file = 'stage/commands/start.ts',
): ChildStage {
  const child = spawn(process.execPath, [join(ROOT, 'stage', 'run.cjs'), file, ...words], {
    cwd: ROOT,
    // Its own process group: Ctrl-C is for this process, which repairs the stage before it ends it.
    detached: process.platform !== 'win32',
    // The channel closes when this process is gone, even after a kill -9, and the stage exits.
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const ended = once(child, 'exit').then(([code, signal]) => signal ?? `exit code ${code}`);
  const lastLines: string[] = [];
  const said = new Promise<void>((resolve) => {
    const read = (line: string) => {
      lastLines.splice(0, lastLines.length - LAST_LINES + 1);
      lastLines.push(line);
      onLine(line);
      if (line.includes(READY)) resolve();
    };
    for (const input of [child.stdout, child.stderr]) if (input) createInterface({ input }).on('line', read);
  });
  const ready = Promise.race([
    said,
    ended.then((how) => {
      throw userError(`The stage did not come up (${how}):\n  ${lastLines.join('\n  ')}`);
    }),
  ]);
  ready.catch(() => {}); // its caller is told; after Ctrl-C nothing awaits it

  async function leave(): Promise<string | undefined> {
    if (child.exitCode !== null || child.signalCode !== null) return undefined;
    child.kill('SIGINT');
    const how = await pTimeout(ended, { milliseconds: ENDED_WITHIN_MS, fallback: () => 'late' });
    if (how === 'late') child.kill('SIGKILL');
    return how === 'exit code 0' ? undefined : `the stage did not shut down cleanly: ${how}`;
  }

  return { ready, ended, leave };
}
