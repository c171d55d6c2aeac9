// The teaser in a terminal: large where there is room, and never wider or higher than it.
import { expect, it } from 'vitest';
import type { CounterRow } from '../control/counter-rows.ts';
import { linesOfCounters } from './counter-text.ts';

const plain = (_colour: unknown, text: string) => text;
const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);
const rows: CounterRow[] = [
  { name: 'volatile', cells: [...upTo(4), '✗', ...upTo(3)], isStarting: false },
  { name: 'durable', cells: [...upTo(4), '✗', 5, 6, 7], isStarting: false },
];
const lines = (columns: number, high: number, shown = rows) =>
  linesOfCounters(shown, { columns, rows: high }, plain);

it('has a line for each counter where there is no room for more', () => {
  expect(lines(60, 10)).toEqual(['volatile  1 2 3 4 ✗ 1 2 3', 'durable   1 2 3 4 ✗ 5 6 7']);
});

it('is large where there is room', () => {
  expect(lines(100, 24)).toHaveLength(12);
  expect(lines(100, 24)[2]).toMatch(/^volatile .*█/);
});

it('says that a counter is starting', () => {
  const starting = rows.map((row) => ({ ...row, cells: row.cells.slice(0, 5), isStarting: true }));
  expect(lines(60, 5, starting)[1]).toBe('durable   1 2 3 4 ✗ starting');
  expect(lines(100, 24, starting)[2]).toMatch(/starting$/);
});

it.each([20, 40, 60, 80, 120])('is never wider than %d columns, nor higher than the terminal', (columns) => {
  const long = rows.map((row) => ({
    ...row,
    cells: [...upTo(9), '✗' as const, ...upTo(9), '✗' as const, ...upTo(10)],
  }));
  for (const high of [3, 8, 13, 40]) {
    const shown = lines(columns, high, long);
    expect(Math.max(...shown.map((line) => line.length))).toBeLessThanOrEqual(columns);
    expect(shown.length).toBeLessThan(Math.max(high, 3));
  }
});
