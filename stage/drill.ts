// Walks a page of the presenter notes in the terminal: npm run drill [name|number], npm run drill hands-free [seconds].
import { createInterface } from 'node:readline/promises';
import { type BorrowedStage, borrowStage } from './borrowed-stage.ts';
import { takeBugOutAtOnce } from './bug.ts';
import { whenToldToLeave } from './leaving.ts';
import { mend } from './mend.ts';
import { walkHandsFree } from './notes/hands-free.ts';
import { type Drill, findDrill, listDrills } from './notes/pages.ts';
import { type Guide, walk } from './notes/walk.ts';
import { readDrillOrder } from './notes/words.ts';

const INTERRUPTED = 130; // what a shell makes of Ctrl-C

const say = (line = '') => console.log(line);
const never = () => new Promise<never>(() => {});
const drills = listDrills();
const order = readDrillOrder(process.argv.slice(2), drills);
const leaving = new AbortController();
const keyboard = order.handsFreeSeconds
  ? undefined
  : createInterface({ input: process.stdin, output: process.stdout });
const guide: Guide = { say, ask: (prompt) => (leaving.signal.aborted ? never() : ask(prompt)) };
let stage: BorrowedStage | undefined;
let isUp = false;

process.once('exit', takeBugOutAtOnce);
whenToldToLeave(
  () => void leave(INTERRUPTED),
  () => process.exit(INTERRUPTED),
);
// A terminal that readline has in hand tells it of Ctrl-C, and nobody else.
keyboard?.on('SIGINT', () => process.emit('SIGINT', 'SIGINT'));
keyboard?.on('close', () => void leave(0));

try {
  const chosen = order.handsFreeSeconds ? undefined : (order.drill ?? (await choose()));
  if (chosen === 'none') await leave(0);
  stage = await borrowStage(say);
  await stage.ready;
  isUp = true;
  if (order.handsFreeSeconds) await walkHandsFree(drills, order.handsFreeSeconds, say, leaving.signal);
  else await walkFrom(chosen as Drill);
  await leave(0);
} catch (error) {
  if (leaving.signal.aborted) await never(); // leave has the last word
  const { name, message, stack } = error as Error;
  console.error(name === 'UserError' ? message : stack);
  await leave(1);
}

async function walkFrom(first: Drill): Promise<void> {
  for (const drill of drills.slice(drills.indexOf(first))) {
    if (drill !== first && !(await wantsToGoOn(drill))) return;
    if (!(await walk(drill, guide))) return;
  }
}

async function wantsToGoOn({ title }: Drill): Promise<boolean> {
  return (await guide.ask(`\nEnter goes on with "${title}"; q leave: `)).trim() === '';
}

async function choose(): Promise<Drill | 'none'> {
  for (const { number, name, title, minutes } of drills)
    say(`  ${number}  ${name.padEnd(13)} ${title} (${minutes} min)`);
  for (;;) {
    const word = (await guide.ask('Which one, by number or name (q leaves): ')).trim();
    if (word === 'q') return 'none';
    try {
      if (word) return findDrill(drills, word);
    } catch (error) {
      say((error as Error).message);
    }
  }
}

/** Only what is typed while it is asked for counts: an Enter too many does not run the next step. */
function ask(prompt: string): Promise<string> {
  return keyboard?.question(prompt) ?? never();
}

async function leave(code: number): Promise<never> {
  if (leaving.signal.aborted) return never();
  leaving.abort();
  keyboard?.close();
  if (isUp) {
    say('\nLeaving, and the stage is mended:');
    await mend((line) => say(`  ${line}`));
  }
  await stage?.leave();
  process.exit(code);
}
