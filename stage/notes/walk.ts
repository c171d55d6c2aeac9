// Walks one drill in the terminal: a step, a key, its commands, their evidence, and the words to say after them.
import type { Token } from 'marked';
import { vocabulary } from '../../hello-ip/web/vocabulary.ts';
import { paint } from '../processes/output.ts';
import { mend } from '../verbs/repair.ts';
import type { Drill, DrillCommand, DrillStep } from './pages.ts';
import { perform } from './perform.ts';
import { linesOf, readableWidth } from './terminal.ts';

/** The name in the notes, a placeholder for one from the room. */
const SOMEBODY = 'Ziggy';

/** What a walk needs: somewhere to print, and someone to press the keys. */
export interface Guide {
  print(line?: string): void;
  /** Resolves with what was typed before Enter. */
  ask(prompt: string): Promise<string>;
}

/** How long a command may take before the terminal says that it is at work. */
const SILENT_MS = 1000;

type Key = 'go on' | 'back' | 'skip' | 'leave';
/** What comes next; "again" goes back to the start of the same step. */
type Next = Key | 'again';
const KEYS: Record<string, Key> = { '': 'go on', b: 'back', s: 'skip', q: 'leave' };

/** Walks the drill from its first step. Resolves with whether it reached the end. */
export async function walk(drill: Drill, guide: Guide): Promise<boolean> {
  const room = { name: SOMEBODY };
  printHead(drill, guide);
  for (let at = 0; at < drill.steps.length; ) {
    const step = drill.steps[at] as DrillStep;
    const next = await walkStep(step, room, guide);
    if (next === 'leave') return false;
    if (next === 'go on' || next === 'skip') {
      at += 1;
      continue;
    }
    await mend((line) => guide.print(`  ${line}`));
    if (next === 'back') at = Math.max(0, at - 1);
  }
  return true;
}

/** The title of a drill, with its purpose and whatever else comes before the steps. */
export function printHead({ title, intro }: Drill, { print }: Pick<Guide, 'print'>): void {
  print();
  print(paint('bold', `${title}`));
  print('═'.repeat(readableWidth()));
  for (const line of linesOf(intro, readableWidth())) print(line);
}

/** A step up to its commands. */
export function printStep(step: DrillStep, { print }: Pick<Guide, 'print'>, name = SOMEBODY): void {
  print();
  print(paint('bold', step.title));
  print('─'.repeat(readableWidth()));
  printProse(step.before, print, name);
  if (step.commands.length > 0) print();
  for (const { line } of step.commands) print(`  $ ${withName(line, name)}`);
  print();
}

export function printProse(tokens: Token[], print: Guide['print'], name = SOMEBODY): void {
  for (const line of linesOf(tokens, readableWidth())) print(withName(line, name));
}

/** The replacement is a function because in a string a $ in a name from the room would be special. */
function withName(text: string, name: string): string {
  return text.replaceAll(SOMEBODY, () => name);
}

async function walkStep(step: DrillStep, room: { name: string }, guide: Guide): Promise<Next> {
  printStep(step, guide, room.name);
  const asksForName = step.commands.some(({ verb }) => verb === 'greet');
  if (step.commands.length === 0) return askForKey('Enter continues', guide);
  for (let first = true; ; first = false) {
    const key = await askForKey(
      first ? 'Enter runs it' : 'Enter tries again',
      guide,
      asksForName ? room : undefined,
    );
    if (key !== 'go on') return key;
    if (await performAll(step.commands, room.name, guide)) break;
  }
  if (step.after.length === 0) return 'go on';
  guide.print();
  printProse(step.after, guide.print, room.name);
  guide.print();
  const key = await askForKey('Enter continues', guide);
  return key === 'back' ? 'again' : key;
}

/** Asks until one of the keys is pressed; if a name is asked for, anything else is the name. */
async function askForKey(enter: string, guide: Guide, room?: { name: string }): Promise<Key> {
  const name = room ? `, or type a name from the room (${room.name})` : '';
  for (;;) {
    const typed = (await guide.ask(`${enter}${name}; b back, s skip, q leave: `)).trim();
    const key = KEYS[typed.toLowerCase()];
    if (key) return key;
    if (room) {
      room.name = typed;
      return 'go on';
    }
    guide.print(`"${typed}" is not one of the keys. Press Enter alone, or b, s or q and Enter.`);
  }
}

async function performAll(commands: DrillCommand[], name: string, { print }: Guide): Promise<boolean> {
  for (const command of commands) {
    const words = command.words.map((word) => withName(word, name));
    const patience = setTimeout(() => print(`  … ${words.join(' ')}`), SILENT_MS);
    try {
      const { said } = await perform({ ...command, words });
      for (const line of said) print(`  ${line}`);
    } catch (error) {
      print(`  ${paint('red', withMark((error as Error).message))}`);
      return false;
    } finally {
      clearTimeout(patience);
    }
  }
  return true;
}

function withMark(message: string): string {
  const { symbol } = vocabulary.failed;
  return message.startsWith(symbol) ? message : `${symbol} ${message}`;
}
