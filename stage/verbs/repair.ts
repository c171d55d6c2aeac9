// Repairs the stage, or parts of it: starts and thaws processes, restores the network, takes the bug out.
import { changeBug } from '../bug/bug.ts';
import { askStage, type StageStatus } from '../control/client.ts';
import { brokenHere, PARTS, type Part } from './broken.ts';
import { saying } from './process-verb.ts';

type Print = (line: string) => void;

/** @throws a user error at the first part that cannot be repaired */
export async function makeWhole({ processes }: StageStatus, print: Print, parts = PARTS): Promise<void> {
  for (const { name, frozen, pid, yours } of processes) {
    if (!parts.has(name)) continue;
    if (frozen) print(saying(name, 'thawed', await askStage({ do: 'thaw', process: name })));
    if (pid === undefined && !yours)
      print(saying(name, 'ready', await askStage({ do: 'start', process: name })));
  }
  if (parts.has('lookups') && !processes.some(({ name, yours }) => name === 'network' && yours)) {
    await askStage({ do: 'network', order: 'restore' });
    print('network restored: lookups go through');
  }
  if (parts.has('bug')) await changeBug('out', print);
  brokenHere.clear();
}

/**
 * Repairs what this process broke, or the given parts, and the bug even when the stage is gone.
 * Never throws: it prints what it could not do, and returns whether that was nothing.
 */
export async function mend(print: Print, parts: ReadonlySet<Part> = brokenHere): Promise<boolean> {
  if (parts.size === 0) return true;
  try {
    await makeWhole(await askStage({ do: 'status' }), print, parts);
    return true;
  } catch (error) {
    print((error as Error).message);
    if (parts.has('bug')) await changeBug('out', print).catch((failure) => print(failure.message));
    return false;
  }
}
