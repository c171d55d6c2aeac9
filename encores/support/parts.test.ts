// Only what has changed is sent, to a page that is new, to one that comes back, and to one that knew another server.
import { expect, it } from 'vitest';
import { Parts, seenNow, versionOf } from './parts.ts';

it('a page is sent what has changed since it was rendered, each part once', () => {
  const parts = new Parts();
  parts.set('a', '<p id="a">1</p>');
  parts.set('b', '<p id="b">1</p>');
  const seen = versionOf(seenNow());
  expect(parts.since(seen)).toEqual([]);
  parts.set('b', '<p id="b">1</p>');
  parts.set('a', '<p id="a">2</p>');
  parts.set('a', '<p id="a">3</p>');
  expect(parts.since(seen)).toEqual([
    '<hx-partial hx-target="#a" hx-swap="outerMorph"><p id="a">3</p></hx-partial>',
  ]);
  expect(parts.since(versionOf(seenNow()))).toEqual([]);
});

it('a part with parts in it is as they are now, and is sent only with what it was made of', () => {
  const parts = new Parts();
  parts.set('list', 'one', 'ids 1');
  const seen = versionOf(seenNow());
  parts.set('list', 'one, changed', 'ids 1');
  expect(parts.since(seen)).toEqual([]);
  expect(parts.get('list')).toBe('one, changed');
  parts.set('list', 'two', 'ids 2');
  expect(parts.since(seen)).toHaveLength(1);
});

it.each(['', undefined, 'another-7', `${seenNow()}x`, '-'])(
  'whoever has seen %j is sent everything',
  (seen) => {
    const parts = new Parts();
    parts.set('a', 'html');
    expect(parts.since(versionOf(seen))).toHaveLength(1);
  },
);
