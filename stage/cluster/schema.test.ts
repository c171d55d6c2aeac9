// Which schema is newer than the one that the server knows.
import { expect, it } from 'vitest';
import { isNewer } from './schema.ts';

it.each([
  ['1.20', '1.19', true],
  ['2.0', '1.19', true],
  ['1.19', '1.19', false],
  ['1.9', '1.19', false],
  ['0.0', '1.19', false],
])('%s, where %s is known: %s', (version, known, newer) => {
  expect(isNewer(version, known)).toBe(newer);
});
