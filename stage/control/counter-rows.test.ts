// The rows of the teaser in every moment of it: before it, while it counts, killed, resumed, over, and cleared.
import { expect, it } from 'vitest';
import { counterRows } from './counter-rows.ts';
import type { CountersReport } from './counters.ts';

const UP = { running: ['volatile', 'durable'], isStarting: false, isCleared: false };
const DOWN = { ...UP, running: [] };
const STARTING = { ...DOWN, isStarting: true };

/** Durable numbers as "number process". */
const counted = (...numbers: string[]) =>
  numbers.map((text, index) => {
    const [number, identity = ''] = text.split(' ');
    return { number: Number(number), identity, eventId: String(index) };
  });
const ten = counted(...Array.from({ length: 10 }, (_, index) => `${index + 1} a`));

it.each([
  ['before anything was started', { ...DOWN, volatile: [] }, [], ['', '']],
  ['while both come up', { ...STARTING, volatile: [[]] }, [], ['starting', 'starting']],
  ['while both count', { ...UP, volatile: [[1, 2]] }, counted('1 a', '2 a'), ['1 2', '1 2']],
  ['killed', { ...DOWN, volatile: [[1, 2]] }, counted('1 a', '2 a'), ['1 2 ✗', '1 2 ✗']],
  [
    'started again',
    { ...STARTING, volatile: [[1, 2], []] },
    counted('1 a', '2 a'),
    ['1 2 ✗ starting', '1 2 ✗ starting'],
  ],
  [
    'up again, and nothing counted yet',
    { ...UP, volatile: [[1, 2], []] },
    counted('1 a', '2 a'),
    ['1 2 ✗ starting', '1 2 ✗ starting'],
  ],
  ['resumed', { ...UP, volatile: [[1, 2], [1]] }, counted('1 a', '2 a', '3 b'), ['1 2 ✗ 1', '1 2 ✗ 3']],
  [
    'over',
    { ...UP, running: ['durable'], volatile: [[...ten.map(({ number }) => number)]] },
    ten,
    ['1 2 3 4 5 6 7 8 9 10', '1 2 3 4 5 6 7 8 9 10'],
  ],
  ['cleared', { ...DOWN, isCleared: true, volatile: [] }, counted('1 a', '2 a'), ['', '']],
] as [string, CountersReport, ReturnType<typeof counted>, string[]][])(
  '%s',
  (_what, report, durable, rows) => {
    const shown = counterRows(report, durable).map(({ cells, isStarting }) =>
      [...cells, ...(isStarting ? ['starting'] : [])].join(' '),
    );
    expect(shown).toEqual(rows);
  },
);
