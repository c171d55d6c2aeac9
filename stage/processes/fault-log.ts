// The stage's log of what was killed, cut and broken, from which page and deck draw their timelines and the score.
import { appendFileSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type FaultLine, faultReader } from '../../hello-ip/web/timeline/faults.ts';
import { COUNTERS } from './names.ts';
import { writeOwnFile } from './own-files.ts';

/** A log longer than this begins anew. */
const MAX_BYTES = 256 * 1024;

/** How a process of the stage has changed. */
export type Change = 'ready' | 'kill -9' | 'stopped' | 'died';

/** Where it is: a JSON object a line, for this user only. */
export function faultLogFile(folder: string): string {
  return join(folder, 'faults.jsonl');
}

/**
 * Opens it for a new stage. The lines of earlier ones stay, for the greetings that they broke, but what they left
 * broken is over now: nobody knows since when.
 */
export function openFaultLog(folder: string): void {
  const file = faultLogFile(folder);
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  writeOwnFile(file, size > 0 && size < MAX_BYTES ? readFileSync(file, 'utf8') : '');
  const open = faultReader(file)().filter(({ over }) => over === undefined);
  for (const { hit } of open) noteFault(folder, hit, 'back');
}

/** Notes that something was broken, or is "back". The show goes on if that cannot be written. */
export function noteFault(folder: string, hit: string, what: string): void {
  const line: FaultLine = { at: Date.now(), hit, what };
  try {
    appendFileSync(faultLogFile(folder), `${JSON.stringify(line)}\n`, { mode: 0o600 });
  } catch {
    // Somebody has removed the folder.
  }
}

/** Notes how a process has changed; the two counters are one thing, killed by one signal. */
export function noteChange(folder: string, name: string, change: Change): void {
  const isCounter = (COUNTERS as readonly string[]).includes(name);
  noteFault(folder, isCounter ? 'counters' : name, change === 'ready' ? 'back' : change);
  // A network that is started again lets the lookups through.
  if (name === 'network' && change === 'ready') noteFault(folder, 'lookups', 'back');
}
