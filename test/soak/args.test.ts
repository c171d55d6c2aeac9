// Unit tests of the words behind `npm run soak`.
import { expect, it } from 'vitest';
import { readSoakOrder } from './args.ts';

it.each([
  ['', { minutes: 2, seed: 7 }],
  ['0.3', { minutes: 0.3, seed: 7 }],
  ['seed 0', { minutes: 2, seed: 0 }],
  ['10 seed 4294967295', { minutes: 10, seed: 4294967295 }],
  ['seed 12345 1', { minutes: 1, seed: 12345 }],
])('reads "%s"', (words, order) => {
  expect(readSoakOrder(words.split(' ').filter(Boolean), 7)).toEqual(order);
});

it('takes a new seed each time if none is given', () => {
  expect(readSoakOrder([]).seed).not.toBe(readSoakOrder([]).seed);
});

it.each([
  ['long', /^"long" is not a number of minutes\. Run: npm run soak, or/],
  ['--minutes', /^"--minutes" is not a number of minutes\. Run: /],
  ['2 sed 4', /^"sed" is not a number of minutes\. Run: /],
  ['-1', /^"-1" is not a number of minutes\. Run: /],
  ['0', /^A soak lasts from 0\.1 to 1440 minutes, not 0\. Run: /],
  ['2 3', /^The minutes can only be given once\. Run: /],
  ['seed', /^A seed is a whole number from 0 to 4294967295, not nothing\. Run: /],
  ['seed 1.5', /^A seed is a whole number from 0 to 4294967295, not "1\.5"\. Run: /],
  ['seed 4294967296', /not "4294967296"\. Run: /],
  ['seed 1 seed 2', /^The seed can only be given once\. Run: /],
])('refuses "%s" in two sentences', (words, message) => {
  expect(() => readSoakOrder(words.split(' '))).toThrow(
    expect.objectContaining({ name: 'UserError', message: expect.stringMatching(message) }),
  );
});
