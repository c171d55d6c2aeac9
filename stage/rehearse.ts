// Runs the drills of the notes without pauses, with real kills, and says which claims held: npm run rehearse [names].
import { writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { type BorrowedStage, borrowStage } from './borrowed-stage.ts';
import { takeBugOutAtOnce } from './bug.ts';
import { whenToldToLeave } from './leaving.ts';
import { makeStageFolder } from './leftovers.ts';
import { mend } from './mend.ts';
import { listDrills } from './notes/pages.ts';
import { isGood, type Rehearsed, rehearse } from './notes/rehearsal.ts';
import { markdownOf, summaryOf } from './notes/report.ts';
import { readRehearsalOrder } from './notes/words.ts';
import { stageFolder } from './settings.ts';

const INTERRUPTED = 130; // what a shell makes of Ctrl-C

const say = (line = '') => console.log(line);
const drills = readRehearsalOrder(process.argv.slice(2), listDrills());
const leaving = new AbortController();
const rehearsed: Rehearsed[] = [];
let stage: BorrowedStage | undefined;

process.once('exit', takeBugOutAtOnce);
whenToldToLeave(
  () => {
    say('Stopping: first the stage is mended. Ctrl-C again ends at once.');
    leaving.abort();
  },
  () => process.exit(INTERRUPTED),
);
const interrupted = new Promise<void>((resolve) => leaving.signal.addEventListener('abort', () => resolve()));

try {
  stage = await borrowStage(say);
  await Promise.race([stage.ready, interrupted]);
  if (!leaving.signal.aborted) await Promise.race([rehearseAll(), interrupted]);
} finally {
  const whole = await mend(() => {});
  if (!whole) console.error('The stage could not be mended. Look: npm run stage doctor');
  await stage?.leave();
}
if (leaving.signal.aborted) process.exit(INTERRUPTED);
for (const line of summaryOf(rehearsed)) say(line);
say(`The report: ${writeReport()}`);
process.exit(rehearsed.every(isGood) ? 0 : 1);

async function rehearseAll(): Promise<void> {
  await mend(() => {});
  for (const drill of drills) {
    if (leaving.signal.aborted) return;
    rehearsed.push(await rehearse(drill, say, leaving.signal));
  }
}

function writeReport(): string {
  const folder = stageFolder();
  makeStageFolder(folder);
  const file = join(folder, 'rehearsal.md');
  writeFileSync(file, markdownOf(rehearsed, new Date()));
  const near = relative('', file);
  return near.startsWith('..') ? file : near;
}
