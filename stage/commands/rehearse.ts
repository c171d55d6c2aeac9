// Runs the drills of the notes without pauses, with real kills, and says which claims held: npm run rehearse [names].

import { join, relative, resolve } from 'node:path';
import { userError } from '../../hello-ip/support/user-error.ts';
import { stageStatus } from '../control/client.ts';
import { webUiOf } from '../control/service-client.ts';
import { type BorrowedStage, borrowStage } from '../control/use-stage.ts';
import { needChromium } from '../doctor/find-chromium.ts';
import { albumOf } from '../notes/album.ts';
import { readRehearsalOrder } from '../notes/args.ts';
import { listDrills, listEncores } from '../notes/pages.ts';
import { hirePhotographer, type Photographer } from '../notes/pictures.ts';
import { isGood, type Rehearsed, rehearse } from '../notes/rehearsal.ts';
import { lineOf, markdownOf, summaryOf } from '../notes/report.ts';
import { writeOwnFile } from '../processes/own-files.ts';
import { claimNotes, makeStageFolder } from '../processes/pid-files.ts';
import { INTERRUPTED, whenToldToLeave } from '../processes/shutdown.ts';
import { stageFolder } from '../settings.ts';
import { brokenByOthers, takeOurBugOutAtOnce } from '../verbs/broken.ts';
import { mend } from '../verbs/repair.ts';
import { helpIfAsked } from './help.ts';

const print = (line = '') => console.log(line);
helpIfAsked(
  'npm run rehearse [name|number …]; with the encores: npm run rehearse encores; with every word: npm run rehearse all; with pictures: npm run rehearse pictures',
);
const { drills, pictures, wordy } = readRehearsalOrder(process.argv.slice(2), listDrills(), listEncores());
const leaving = new AbortController();
const rehearsed: Rehearsed[] = [];
let stage: BorrowedStage | undefined;
let photographer: Photographer | undefined;

const broken = await brokenByOthers();
if (broken.length > 0) throw userError(broken.join('\n'));
process.once('exit', takeOurBugOutAtOnce);
whenToldToLeave(
  () => {
    print('Stopping: repairing the stage first. Ctrl-C again stops at once.');
    leaving.abort();
  },
  () => process.exit(INTERRUPTED),
);
const interrupted = new Promise<void>((resolve) => leaving.signal.addEventListener('abort', () => resolve()));

try {
  const chromium = pictures ? needChromium('to take pictures with') : undefined;
  claimNotes(resolve(stageFolder()));
  stage = await borrowStage(print);
  await Promise.race([stage.ready, interrupted]);
  if (chromium && !leaving.signal.aborted)
    photographer = await hirePhotographer(chromium, webUiOf(await stageStatus()));
  if (!leaving.signal.aborted) await Promise.race([rehearseAll(), interrupted]);
} finally {
  const whole = await mend(() => {});
  if (!whole) console.error('The stage could not be repaired. See why: npm run stage doctor');
  await photographer?.close();
  await stage?.leave();
}
for (const line of await brokenByOthers()) print(`Left as is: ${line}`);
if (leaving.signal.aborted) process.exit(INTERRUPTED);
for (const line of summaryOf(rehearsed, wordy)) print(line);
print(`Report: ${write('rehearsal.md', markdownOf(rehearsed, new Date()))}`);
if (photographer) {
  const album = write('pictures.html', await albumOf(photographer.frames, new Date()));
  print(`Pictures: ${album}, ${photographer.frames.length} of them on one page, turned with the arrow keys`);
}
process.exit(rehearsed.every(isGood) ? 0 : 1);

async function rehearseAll(): Promise<void> {
  for (const drill of drills) {
    if (leaving.signal.aborted) return;
    const said: string[] = [];
    const keep = (line = '') => (wordy ? print(line) : said.push(line));
    const witnesses = photographer ? [photographer] : [];
    const result = await rehearse(drill, keep, leaving.signal, witnesses);
    // The whole story of what is not well, or was not finished.
    if (!isGood(result) || leaving.signal.aborted) for (const line of said) print(line);
    if (leaving.signal.aborted) return;
    rehearsed.push(result);
    if (!wordy) print(lineOf(result));
  }
}

/** Writes into the stage's folder; returns the path as seen from here. */
function write(name: string, text: string): string {
  const folder = stageFolder();
  makeStageFolder(folder);
  const file = join(folder, name);
  writeOwnFile(file, text);
  const near = relative('', file);
  return near.startsWith('..') ? file : near;
}
