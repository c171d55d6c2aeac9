// A stage for the soak alone: its own ports and folder, a log of everything its processes say, and nothing left behind.
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnStage } from '../../stage/control/spawn-stage.ts';
import { freePorts, killProcessesOf, leftOf } from '../support/harness.ts';

/** A stage that runs in a process of its own, to which this process now sends its orders. */
export interface IsolatedStage {
  folder: string;
  logFile: string;
  log(line: string): void;
  /** Resolves when every process is up. Rejects if it ends first. */
  ready: Promise<void>;
  /** Resolves with how it ended, told to or not. */
  ended: Promise<string>;
  /** Ends it as Ctrl-C does. Resolves with what is left of it, or what went wrong as it ended. */
  leave(): Promise<string[]>;
  remove(): void;
}

/**
 * Spawns a stage in venue mode, and points this process's settings at it.
 * @param onLine is called with each of its lines
 */
export async function spawnIsolatedStage(onLine: (line: string) => void): Promise<IsolatedStage> {
  const folder = mkdtempSync(join(tmpdir(), 'soak '));
  const logFile = join(folder, 'soak.log');
  const begun = performance.now();
  const log = (line: string) =>
    appendFileSync(logFile, `${((performance.now() - begun) / 1000).toFixed(3)} ${line}\n`);
  const ports = await freePorts();
  Object.assign(process.env, { ...ports, STAGE_FOLDER: folder });
  const { ready, ended, leave } = spawnStage(['venue'], (line) => {
    log(line);
    onLine(line);
  });

  async function leaveNothing(): Promise<string[]> {
    const wrong = await leave();
    const left = await leftOf({ folder, ports });
    await killProcessesOf(folder);
    return [...(wrong ? [wrong] : []), ...left.map((what) => `left behind: ${what}`)];
  }

  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  return { folder, logFile, log, ready, ended, leave: leaveNothing, remove };
}
