// Walks one drill in the terminal: a step, a key, its commands, their evidence, and the words to say after them.
import type { Token } from 'marked';
import { vocabulary } from '../../hello-ip/web/vocabulary.ts';
import { paint } from '../processes/output.ts';
import { createEngine, type Engine, type Heard, SOMEBODY, withName } from './engine.ts';
import type { Drill, DrillStep } from './pages.ts';
import { linesOf, readableWidth } from './terminal.ts';

/** What a walk needs: somewhere to print, and someone to press the keys. */
export interface Guide {
  print(line?: string): void;
  /** Resolves with what was typed before Enter. */
  ask(prompt: string): Promise<string>;
}

/** How long a command may take before the terminal says that it is at work. */
const SILENT_MS = 1000;

type Key = 'go on' | 'back' | 'skip' | 'leave';
const KEYS: Record<string, Key> = { '': 'go on', b: 'back', s: 'skip', q: 'leave' };

/** Walks the drill from its first step. Resolves with whether it reached the end. */
export async function walk(drill: Drill, guide: Guide): Promise<boolean> {
  const engine = createEngine(drill, { changed: teller(() => engine.standing().heard, guide.print) });
  printHead(drill, guide);
  while (engine.standing().phase !== 'over') {
    const key = await walkStep(engine, guide);
    if (key === 'leave') return false;
    if (key === 'back') await engine.back((line) => guide.print(`  ${line}`));
    else engine.advance();
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

async function walkStep(engine: Engine, guide: Guide): Promise<Key> {
  const { step, name } = engine.standing();
  printStep(step, guide, name);
  const asksForName = step.commands.some(({ verb }) => verb === 'greet');
  if (step.commands.length === 0) return askForKey('Enter continues', guide);
  for (let first = true; ; first = false) {
    const room = { name: engine.standing().name };
    const enter = first ? 'Enter runs it' : 'Enter tries again';
    const key = await askForKey(enter, guide, asksForName ? room : undefined);
    if (key !== 'go on') return key;
    if (await engine.run(room.name)) break;
  }
  if (step.after.length === 0) return 'go on';
  guide.print();
  printProse(step.after, guide.print, engine.standing().name);
  guide.print();
  return askForKey('Enter continues', guide);
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

/** Prints what is new of what was heard, and that a command is still at work. */
export function teller(heardSoFar: () => Heard[], print: Guide['print']): () => void {
  let heard: Heard[] = [];
  let patience: NodeJS.Timeout | undefined;
  const told = new Set<Heard>();
  return () => {
    if (heardSoFar().length < heard.length) told.clear();
    heard = heardSoFar();
    const last = heard.at(-1);
    clearTimeout(patience);
    for (const one of heard.filter((each) => each.isOver && !told.has(each))) {
      told.add(one);
      for (const line of one.said) print(`  ${line}`);
      if (one.failure) print(`  ${paint('red', withMark(one.failure))}`);
    }
    if (last && !last.isOver) patience = setTimeout(() => print(`  … ${last.line}`), SILENT_MS);
  };
}

function withMark(message: string): string {
  const { symbol } = vocabulary.failed;
  return message.startsWith(symbol) ? message : `${symbol} ${message}`;
}
