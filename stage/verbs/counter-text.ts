// The teaser's two rows in a terminal: large where it is wide and high enough, and never more lines than it has.
import { type CounterRow, KILLED } from '../control/counter-rows.ts';
import type { paint } from '../processes/output.ts';

/** The size of the terminal, in characters. */
export interface Size {
  columns: number;
  rows: number;
}

const LABEL = 10;
const GLYPHS: Record<string, [string, string, string, string, string]> = {
  '0': ['███', '█ █', '█ █', '█ █', '███'],
  '1': [' █ ', '██ ', ' █ ', ' █ ', '███'],
  '2': ['███', '  █', '███', '█  ', '███'],
  '3': ['███', '  █', '███', '  █', '███'],
  '4': ['█ █', '█ █', '███', '  █', '  █'],
  '5': ['███', '█  ', '███', '  █', '███'],
  '6': ['███', '█  ', '███', '█ █', '███'],
  '7': ['███', '  █', '  █', '  █', '  █'],
  '8': ['███', '█ █', '███', '█ █', '███'],
  '9': ['███', '█ █', '███', '  █', '███'],
  [KILLED]: ['█   █', ' █ █ ', '  █  ', ' █ █ ', '█   █'],
};
const HEIGHT = 5;

/** The lines for both rows. */
export function linesOfCounters(rows: readonly CounterRow[], size: Size, colour: typeof paint): string[] {
  const large = rows.flatMap((row) => [...largeLines(row, colour), '']);
  const width = Math.max(...rows.map((row) => LABEL + widthOf(row)));
  if (width <= size.columns && large.length < size.rows) return large;
  return rows.map((row) => smallLine(row, size.columns, colour));
}

/** "durable   1 2 3 4 ✗ 5 6 7"; what does not fit is left out at its beginning. */
function smallLine({ name, cells, isStarting }: CounterRow, columns: number, colour: typeof paint): string {
  const words = [...cells.map(String), ...(isStarting ? ['starting'] : [])];
  while (words.join(' ').length > Math.max(1, columns - LABEL)) words.shift();
  const painted = words.map((word) => (word === KILLED ? colour('red', word) : word)).join(' ');
  return `${name.padEnd(LABEL)}${painted}`.trimEnd();
}

function largeLines({ name, cells, isStarting }: CounterRow, colour: typeof paint): string[] {
  const glyphs = cells.map((cell) => ({ isKill: cell === KILLED, lines: glyphOf(String(cell)) }));
  return Array.from({ length: HEIGHT }, (_, line) => {
    const label = (line === 2 ? name : '').padEnd(LABEL);
    const shown = glyphs.map(({ isKill, lines }) =>
      isKill ? colour('red', lines[line] ?? '') : (lines[line] ?? ''),
    );
    return [label, shown.join('  '), isStarting && line === 2 ? '  starting' : ''].join('').trimEnd();
  });
}

/** A number of two digits is two glyphs side by side. */
function glyphOf(text: string): string[] {
  const glyphs = [...text].map((character) => GLYPHS[character] ?? []);
  return Array.from({ length: HEIGHT }, (_, line) => glyphs.map((glyph) => glyph[line] ?? '').join(' '));
}

function widthOf({ cells, isStarting }: CounterRow): number {
  const glyphs = cells.map((cell) => glyphOf(String(cell))[0]?.length ?? 0);
  return glyphs.reduce((sum, width) => sum + width + 2, 0) + (isStarting ? 10 : 0);
}
