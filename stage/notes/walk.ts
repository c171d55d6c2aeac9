// Walks one drill in the terminal: a step, a key, its commands, the evidence, the words to say after them.
import type { Token } from 'marked';
import { vocabulary } from '../../hello-ip/web/vocabulary.ts';
import { mend } from '../mend.ts';
import { paint } from '../output.ts';
import type { Command, Drill, Step } from './pages.ts';
import { perform } from './perform.ts';
import { linesOf, readableWidth } from './terminal.ts';

/** The name in the notes, which stands for one from the room. */
const SOMEBODY = 'Ziggy';

/** What a walk needs: where to say things, and whoever presses the keys. */
export interface Guide {
  say(line?: string): void;
  /** Resolves with what was typed before Enter. */
  ask(prompt: string): Promise<string>;
}

/** How long a command may take before it is said that it is at work. */
const SILENT_MS = 1000;

type Key = 'go on' | 'back' | 'skip' | 'leave';
/** What is next; "again" is back to the beginning of the same step. */
type Next = Key | 'again';
const KEYS: Record<string, Key> = { '': 'go on', b: 'back', s: 'skip', q: 'leave' };

/** Walks the drill from its first step. Resolves with whether it came to the end. */
export async function walk(drill: Drill, guide: Guide): Promise<boolean> {
  const room = { name: SOMEBODY };
  sayHead(drill, guide);
  for (let at = 0; at < drill.steps.length; ) {
    const step = drill.steps[at] as Step;
    const next = await walkStep(step, room, guide);
    if (next === 'leave') return false;
    if (next === 'go on' || next === 'skip') {
      at += 1;
      continue;
    }
    guide.say('Back, and the stage is mended:');
    await mend((line) => guide.say(`  ${line}`));
    if (next === 'back') at = Math.max(0, at - 1);
  }
  return true;
}

/** The title of a drill, with its purpose and what else stands before the steps. */
export function sayHead({ title, intro }: Drill, { say }: Pick<Guide, 'say'>): void {
  say();
  say(paint('bold', `${title}`));
  say('═'.repeat(readableWidth()));
  for (const line of linesOf(intro, readableWidth())) say(line);
}

/** A step up to its commands. */
export function sayStep(step: Step, { say }: Pick<Guide, 'say'>, name = SOMEBODY): void {
  say();
  say(paint('bold', step.title));
  say('─'.repeat(readableWidth()));
  sayProse(step.before, say, name);
  if (step.commands.length > 0) say();
  for (const { line } of step.commands) say(`  $ ${line.replaceAll(SOMEBODY, name)}`);
  say();
}

export function sayProse(tokens: Token[], say: Guide['say'], name = SOMEBODY): void {
  for (const line of linesOf(tokens, readableWidth())) say(line.replaceAll(SOMEBODY, name));
}

async function walkStep(step: Step, room: { name: string }, guide: Guide): Promise<Next> {
  sayStep(step, guide, room.name);
  const asksForName = step.commands.some(({ verb }) => verb === 'greet');
  if (step.commands.length === 0) return askForKey('Enter goes on', guide);
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
  guide.say();
  sayProse(step.after, guide.say, room.name);
  guide.say();
  const key = await askForKey('Enter goes on', guide);
  return key === 'back' ? 'again' : key;
}

/** Until one of the keys was pressed; where a name is asked for, other words are one. */
async function askForKey(enter: string, guide: Guide, room?: { name: string }): Promise<Key> {
  const name = room ? `, a name is the name from the room (${room.name})` : '';
  for (;;) {
    const typed = (await guide.ask(`${enter}${name}; b back, s skip, q leave: `)).trim();
    const key = KEYS[typed.toLowerCase()];
    if (key) return key;
    if (room) {
      room.name = typed;
      return 'go on';
    }
    guide.say(`"${typed}" is none of the keys. Press Enter alone, or b, s or q and Enter.`);
  }
}

async function performAll(commands: Command[], name: string, { say }: Guide): Promise<boolean> {
  for (const command of commands) {
    const words = command.words.map((word) => word.replaceAll(SOMEBODY, name));
    const patience = setTimeout(() => say(`  … ${words.join(' ')}`), SILENT_MS);
    try {
      const { said } = await perform({ ...command, words });
      for (const line of said) say(`  ${line}`);
    } catch (error) {
      say(`  ${paint('red', withMark((error as Error).message))}`);
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
