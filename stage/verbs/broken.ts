// What is broken on the stage, and which of it this process broke: it repairs only its own damage.

import { isBroken, takeBugOutAtOnce } from '../bug/bug.ts';
import { askStage, type StageStatus, stageStatus } from '../control/client.ts';
import { ALL_PROCESSES, isProcessName, type ProcessName } from '../processes/names.ts';

/** What can be broken, by its name in `npm run stage status`. */
export type Part = ProcessName | 'lookups' | 'bug';

export const PARTS: ReadonlySet<Part> = new Set([...ALL_PROCESSES, 'lookups', 'bug']);

const BREAKING = ['kill', 'stop', 'restart', 'freeze', 'cut', 'break'];
const RESTORING = ['start', 'restart', 'thaw', 'restore', 'fix'];

/** What worked before this process broke it, and has not been restored since. */
export const brokenHere = new Set<Part>();

/** Runs a verb, and keeps track of what it breaks and what it restores. */
export async function keepBooks<T>(verb: string, words: string[], run: () => Promise<T>): Promise<T> {
  const part = partOf(verb, words);
  // Recorded first, so that it is repaired even if this process is told to exit halfway through.
  if (part && BREAKING.includes(verb) && (await isWhole(part))) brokenHere.add(part);
  const result = await run();
  if (part && RESTORING.includes(verb)) brokenHere.delete(part);
  return result;
}

/** A line for each thing that this process did not break: the fact, then the command that repairs it. */
export async function brokenByOthers(): Promise<string[]> {
  const broken = [...whatIsBroken(await stageStatus())];
  return broken.filter(([part]) => !brokenHere.has(part)).map(([, line]) => line);
}

/** The last resort of an exiting process: takes the bug that it put in out of the file. */
export function takeOurBugOutAtOnce(): void {
  if (!brokenHere.has('bug') || !isBroken()) return;
  takeBugOutAtOnce();
  console.error(
    'The bug is out of the file, but a running Worker still has it. Run: npm run stage restart worker',
  );
}

function partOf(verb: string, [word = '']: string[]): Part | undefined {
  if (verb === 'cut' || verb === 'restore') return 'lookups';
  if (verb === 'break' || verb === 'fix') return 'bug';
  return isProcessName(word) ? word : undefined;
}

async function isWhole(part: Part): Promise<boolean> {
  if (part === 'bug') return !isBroken(); // it needs no stage
  return !whatIsBroken(await askStage({ do: 'status' })).has(part);
}

/** Each broken part, with the line that says so. Without a stage, only the bug can be broken. */
function whatIsBroken(status?: StageStatus): Map<Part, string> {
  const broken = new Map<Part, string>();
  for (const { name, frozen, pid, state, yours } of status?.processes ?? []) {
    const isDown = pid === undefined && state !== 'starting' && !yours;
    if (frozen) broken.set(name, `The ${name} is frozen. Thaw it: npm run stage thaw ${name}`);
    if (isDown) broken.set(name, `The ${name} is down. Start it: npm run stage start ${name}`);
  }
  const { state = 'open' } = status?.network ?? {};
  if (state !== 'open')
    broken.set('lookups', `The network is ${state}. Restore it: npm run stage restore network`);
  if (isBroken()) broken.set('bug', 'The bug is in. Take it out: npm run stage fix geolocation');
  return broken;
}
