// Records the Event Histories that the deck draws: each drill rehearsed at a presenter's pace. npm run slides:histories [drills]
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { userError } from '../../hello-ip/support/user-error.ts';
import { faultReader } from '../../hello-ip/web/timeline/faults.ts';
import { SLIDES } from '../../stage/commands/slidev.ts';
import { stageStatus } from '../../stage/control/client.ts';
import { createStageClient } from '../../stage/control/service-client.ts';
import { borrowStage } from '../../stage/control/use-stage.ts';
import { readRehearsalOrder } from '../../stage/notes/args.ts';
import { historian } from '../../stage/notes/histories.ts';
import { listDrills } from '../../stage/notes/pages.ts';
import { isGood, rehearse } from '../../stage/notes/rehearsal.ts';
import { faultLogFile } from '../../stage/processes/fault-log.ts';
import { stageFolder } from '../../stage/settings.ts';

/** What a presenter says in a step takes at least as long. */
const PACE_MS = 4000;
const FOLDER = join(SLIDES, 'histories');

const { drills } = readRehearsalOrder(process.argv.slice(2), listDrills());
const stage = await borrowStage(console.log);
await stage.ready;
const client = createStageClient(await stageStatus());
mkdirSync(FOLDER, { recursive: true });
const keeper = historian(client, faultReader(faultLogFile(stageFolder())), (name, kept) =>
  writeFileSync(join(FOLDER, `${name}.json`), `${JSON.stringify(kept, undefined, 1)}\n`),
);
const pace = { afterStep: () => delay(PACE_MS) };
try {
  for (const drill of drills) {
    const rehearsed = await rehearse(drill, console.log, new AbortController().signal, [keeper, pace]);
    if (!isGood(rehearsed))
      throw userError(`"${drill.title}" went wrong, see above. Its history is the old one.`);
  }
} finally {
  await client.connection.close();
  await stage.leave();
}
console.log(`The histories are in ${FOLDER}`);
