// Walks through a page of the presenter notes: npm run drill [name|number], npm run drill hands-free [seconds].
import { resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { type BorrowedStage, borrowStage } from '../control/use-stage.ts';
import { readDrillOrder } from '../notes/args.ts';
import { walkHandsFree } from '../notes/hands-free.ts';
import { type Drill, findDrill, listDrills, listEncores } from '../notes/pages.ts';
import { type Guide, walk } from '../notes/walk.ts';
import { claimNotes } from '../processes/pid-files.ts';
import { INTERRUPTED, whenToldToLeave } from '../processes/shutdown.ts';
import { stageFolder } from '../settings.ts';
import { brokenByOthers, brokenHere, takeOurBugOutAtOnce } from '../verbs/broken.ts';
import { mend } from '../verbs/repair.ts';
import { helpIfAsked } from './help.ts';

const print = (line = '') => console.log(line);
const never = () => new Promise<never>(() => {});
helpIfAsked('npm run drill [name|number], or: npm run drill hands-free [seconds]');
const talk = listDrills();
const drills = [...talk, ...listEncores()];
const order = readDrillOrder(process.argv.slice(2), drills);
const leaving = new AbortController();
const keyboard = order.handsFreeSeconds
  ? undefined
  : createInterface({ input: process.stdin, output: process.stdout });
const guide: Guide = { print, ask: (prompt) => (leaving.signal.aborted ? never() : ask(prompt)) };
let stage: BorrowedStage | undefined;
let isUp = false;

process.once('exit', takeOurBugOutAtOnce);
whenToldToLeave(
  () => void leave(INTERRUPTED),
  () => process.exit(INTERRUPTED),
);
// While readline reads the terminal, nothing else is told of Ctrl-C.
keyboard?.on('SIGINT', () => process.emit('SIGINT', 'SIGINT'));
keyboard?.on('close', () => void leave(0));

try {
  const chosen = order.handsFreeSeconds ? undefined : (order.drill ?? (await choose()));
  if (chosen === 'none') await leave(0);
  claimNotes(resolve(stageFolder()));
  stage = await borrowStage(print);
  await stage.ready;
  isUp = true;
  if (order.handsFreeSeconds) await walkHandsFree(talk, order.handsFreeSeconds, print, leaving.signal);
  else await walkFrom(chosen as Drill);
  await leave(0);
} catch (error) {
  if (leaving.signal.aborted) await never(); // leave ends the process
  const { name, message, stack } = error as Error;
  console.error(name === 'UserError' ? message : stack);
  await leave(1);
}

async function walkFrom(first: Drill): Promise<void> {
  await printBrokenByOthers(
    'Parts of the stage are broken, and this drill repairs only what it breaks itself:',
  );
  // The talk goes on from one drill to the next; an encore stands alone.
  const chosen = talk.includes(first) ? talk.slice(talk.indexOf(first)) : [first];
  for (const drill of chosen) {
    if (drill !== first && !(await wantsToGoOn(drill))) return;
    if (!(await walk(drill, guide))) return;
  }
}

async function wantsToGoOn({ title }: Drill): Promise<boolean> {
  return (await guide.ask(`\nEnter continues with "${title}"; q leave: `)).trim() === '';
}

async function choose(): Promise<Drill | 'none'> {
  for (const { number, name, title, minutes } of drills)
    print(`  ${number ?? ' '}  ${name.padEnd(13)} ${title} (${minutes} min)`);
  for (;;) {
    const word = (await guide.ask('Which one, by number or name (q leaves): ')).trim();
    if (word === 'q') return 'none';
    try {
      if (word) return findDrill(drills, word);
    } catch (error) {
      print((error as Error).message);
    }
  }
}

/** Only what is typed at a prompt counts: an extra Enter does not run the next step. */
function ask(prompt: string): Promise<string> {
  return keyboard?.question(prompt) ?? never();
}

async function printBrokenByOthers(heading: string): Promise<void> {
  const lines = await brokenByOthers();
  if (lines.length > 0) print(heading);
  for (const line of lines) print(`  ${line}`);
}

async function leave(code: number): Promise<never> {
  if (leaving.signal.aborted) return never();
  leaving.abort();
  keyboard?.close();
  if (isUp) {
    if (brokenHere.size > 0) print('\nRepairing what this drill broke before leaving:');
    await mend((line) => print(`  ${line}`));
    await printBrokenByOthers('\nLeft as is, because this drill did not break it:');
  }
  await stage?.leave();
  process.exit(code);
}
