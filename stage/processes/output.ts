// What the stage prints: one line at a time, each with the name of the process it comes from.
import { styleText } from 'node:util';
import wrapAnsi from 'wrap-ansi';
import { type State, vocabulary } from '../../hello-ip/web/vocabulary.ts';

const COLOURS = { server: 'magenta', network: 'yellow', worker: 'green', app: 'cyan' } as const;
const NAME_WIDTH = 7;
const WIDEST_BOX = 100;
/** At the end of a text, to be copied: it stays on one line. */
const COMMAND = /npm (run|start)[ \w]*$/;
const NO_BREAK_SPACE = '\u00a0';

const inColour = process.stdout.isTTY === true && !process.env.NO_COLOR;

/** Prints a line after the name of its process. */
export function printLine(name: string, line: string): void {
  const prefix = `${name.padEnd(NAME_WIDTH)} |`;
  const colour = COLOURS[name as keyof typeof COLOURS];
  console.log(`${colour ? paint(colour, prefix) : prefix} ${line}`);
}

/** Prints rows of a label and a text between two rules, at most as wide as the terminal. */
export function printBox(rows: [label: string, text: string][]): void {
  console.log(boxOf(rows, Math.min(process.stdout.columns || WIDEST_BOX, WIDEST_BOX)).join('\n'));
}

/** The lines of such a box, none wider than `width` characters; a longer text wraps. */
export function boxOf(rows: [label: string, text: string][], width: number): string[] {
  const labelWidth = Math.max(...rows.map(([label]) => label.length));
  const indent = labelWidth + 4;
  const texts = rows.map(([label, text]) => ({
    label,
    lines: wrap(text, Math.max(1, width - indent)),
  }));
  const lines = texts.flatMap(({ label, lines: [first = '', ...more] }) => [
    `  ${paint('bold', label.padEnd(labelWidth))}  ${first}`,
    ...more.map((line) => `${' '.repeat(indent)}${line}`),
  ]);
  const widest = indent + Math.max(...texts.flatMap((row) => row.lines.map(({ length }) => length)));
  const rule = '─'.repeat(Math.min(widest + 2, width));
  return ['', rule, ...lines, rule, ''];
}

function wrap(text: string, width: number): string[] {
  const kept = text.replace(COMMAND, (command) => command.replaceAll(' ', NO_BREAK_SPACE));
  return wrapAnsi(kept, width).replaceAll(NO_BREAK_SPACE, ' ').split('\n');
}

const STYLES = { quiet: 'dim', active: 'blue', good: 'green', warning: 'yellow', bad: 'red' } as const;

/** The symbol of a state, in its colour. */
export function symbolOf(state: State): string {
  const { symbol, color } = vocabulary[state];
  return paint(STYLES[color], symbol);
}

/** The text in a style, if the terminal has styles. */
export function paint(style: Parameters<typeof styleText>[0], text: string): string {
  return inColour ? styleText(style, text) : text;
}
