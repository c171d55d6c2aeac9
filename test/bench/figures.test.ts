// The arithmetic of the benchmark: which run is judged, against what, and how the result is written.
import { expect, it } from 'vitest';
import { type Figure, holds, mostOf, quantile, tableOf } from './figures.ts';
import { loadRow, NAMES, readNames } from './names.ts';

const figure: Figure = { what: 'a greeting', unit: 'ms', runs: [3, 1, 2], of: 'max', most: { plus: 3 } };

it('finds the value that a share does not exceed', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => index + 1);
  expect([0, 0.5, 0.95, 1].map((share) => quantile(hundred, share))).toEqual([1, 50, 95, 100]);
  expect(quantile([7], 0.95)).toBe(7);
});

it('judges the run that the goal is about', () => {
  expect(holds(figure)).toBe(true);
  expect(holds({ ...figure, runs: [1, 1, 4] })).toBe(false);
  expect(holds({ ...figure, runs: [1, 1, 4], of: 'median' })).toBe(true);
  expect(holds({ ...figure, runs: [] })).toBe(false);
});

it('compares it with the floor of the same run', () => {
  const ratio: Figure = { ...figure, floor: [2, 100, 1], most: { times: 1.3, plus: 1 } };
  expect(mostOf(ratio)).toBeCloseTo(3.6);
  expect(holds(ratio)).toBe(true);
  expect(holds({ ...ratio, most: { times: 1.2 } })).toBe(false);
});

it('writes a table in which missed goals stand out', () => {
  const late: Figure = { ...figure, floor: [1], most: { times: 1.2 }, note: 'slow' };
  const certain: Figure = { ...figure, what: 'lost', unit: 'lost', runs: [0, 0] };
  expect(tableOf([figure, late, certain]).slice(2)).toEqual([
    '| a greeting | 1 / 2 / 3 ms | 3 |  | max <= 3 ms | yes |',
    '| a greeting (slow) | 1 / 2 / 3 ms | 3 | 1 ms | max <= 1.2 x floor | **no** |',
    '| lost | 0 lost | 2 |  | max <= 3 lost | yes |',
  ]);
});

it.each(NAMES)('%s can be measured by its name', async (name) => {
  expect((await loadRow(name)).name).toBe(name);
  expect(readNames([name])).toEqual([name]);
});

it('refuses what cannot be measured, naming what can', () => {
  expect(() => readNames(['veiwers'])).toThrow('Did you mean: npm run bench viewers');
  expect(readNames([])).toEqual(NAMES);
});
