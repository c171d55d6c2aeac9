// The closing box of `npm start`, in a narrow terminal and in a wide one.
import { describe, expect, it } from 'vitest';
import { boxOf } from './output.ts';

const ROWS: [string, string][] = [
  ['App', 'http://127.0.0.1:8000'],
  ['Lookups', 'venue mode (the two services are out of reach): answered on this machine'],
  ['Next', 'greet someone for 20 seconds, and then: npm run stage kill worker'],
];

describe('a box', () => {
  it('fits a terminal of 60 columns, with every word in it', () => {
    const box = boxOf(ROWS, 60);
    expect(Math.max(...box.map(({ length }) => length))).toBeLessThanOrEqual(60);
    expect(box.join(' ').replaceAll('─', '').split(/\s+/).filter(Boolean)).toEqual(
      ROWS.flat().join(' ').split(' '),
    );
    expect(box.at(-3)).toMatch(/^ +npm run stage kill worker$/);
  });

  it('is as wide as its widest text where there is room', () => {
    const box = boxOf(ROWS, 100);
    expect(box).toHaveLength(ROWS.length + 4);
    expect(box).toContain(
      '  Lookups  venue mode (the two services are out of reach): answered on this machine',
    );
  });
});
