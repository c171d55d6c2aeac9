// Makes the stage whole again: processes up and thawed, the network back, the bug out.
import { askStage, type StageStatus } from './ask.ts';
import { saying } from './process-verb.ts';
import { verb as fix } from './verbs/fix.ts';

type Say = (line: string) => void;

/** @throws a user's error at the first thing that cannot be made whole */
export async function makeWhole({ processes }: StageStatus, say: Say): Promise<void> {
  for (const { name, frozen, pid, yours } of processes) {
    if (frozen) say(saying(name, 'thawed', await askStage({ do: 'thaw', process: name })));
    if (pid === undefined && !yours)
      say(saying(name, 'ready', await askStage({ do: 'start', process: name })));
  }
  if (!processes.some(({ name, yours }) => name === 'network' && yours)) {
    await askStage({ do: 'network', order: 'restore' });
    say('network restored: lookups go through');
  }
  await fix.run(['geolocation'], say);
}

/** The same, and the bug out even where the stage is gone. It never fails: it says what it could not do. */
export async function mend(say: Say): Promise<boolean> {
  try {
    await makeWhole(await askStage({ do: 'status' }), say);
    return true;
  } catch (error) {
    say((error as Error).message);
    await fix.run(['geolocation'], say).catch((failure) => say(failure.message));
    return false;
  }
}
