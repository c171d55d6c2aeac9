// What the stage prints: one line at a time, each with the name of the process it comes from.
import { styleText } from 'node:util';

const COLOURS = { server: 'magenta', network: 'yellow', worker: 'green', app: 'cyan' } as const;
const NAME_WIDTH = 7;

const inColour = process.stdout.isTTY === true && !process.env.NO_COLOR;

/** Prints a line with the name of its process before it. */
export function sayOf(name: string, line: string): void {
  const prefix = `${name.padEnd(NAME_WIDTH)} |`;
  const colour = COLOURS[name as keyof typeof COLOURS];
  console.log(`${colour ? paint(colour, prefix) : prefix} ${line}`);
}

/** Prints rows of a label and a text between two lines as wide as the widest of them. */
export function sayInBox(rows: [label: string, text: string][]): void {
  const labelWidth = Math.max(...rows.map(([label]) => label.length));
  const lines = rows.map(([label, text]) => `  ${paint('bold', label.padEnd(labelWidth))}  ${text}`);
  const width = Math.max(...rows.map(([, text]) => labelWidth + text.length + 4));
  const rule = '─'.repeat(Math.min(width + 2, 100));
  console.log(['', rule, ...lines, rule, ''].join('\n'));
}

/** The text in a style, where the terminal has styles. */
export function paint(style: Parameters<typeof styleText>[0], text: string): string {
  return inColour ? styleText(style, text) : text;
}
