// What is plain text, in many scripts, what becomes of the rest, and what is visible.
import { describe, expect, it } from 'vitest';
import { isPlainText, isVisible, toPlainText } from './plain-text.ts';

const PLAIN = [
  'Ziggy',
  'Zoë',
  'São Tomé',
  'أوسلو',
  'תל אביב',
  '東京',
  '👩🏽‍🚀',
  'نمی‌دانم',
  '',
  '<b>&amp;</b>',
];

describe('plain text', () => {
  it.each(PLAIN)('is %s, and stays unchanged', (text) => {
    expect(isPlainText(text)).toBe(true);
    expect(toPlainText(text)).toBe(text);
  });

  it.each([
    ['a NUL', 'a\0b', 'a\uFFFDb'],
    ['a colour', '\u001b[31mred\u001b[0m', 'red'],
    ['a terminal link', '\u001b]8;;http://evil.example\u0007Oslo\u001b]8;;\u0007', 'Oslo'],
    ['half of a sequence', 'a\u001b', 'a\uFFFD'],
    ['a sequence of one character', 'a\u009b31mb', 'ab'],
    ['a bell', 'a\u0007b', 'a\uFFFDb'],
    ['a backspace', 'a\bb', 'a\uFFFDb'],
    ['a carriage return', 'a\rb', 'a b'],
    ['lines', 'a\n\n\tb', 'a b'],
    ['a line separator', 'a\u2028b', 'a b'],
    ['a paragraph separator', 'a\u2029b', 'a b'],
    ['a next line', 'a\u0085b', 'a b'],
    ['a direction override', 'a\u202eb', 'a\uFFFDb'],
    ['an isolate', 'a\u2066b\u2069', 'a\uFFFDb\uFFFD'],
    ['a direction mark', 'a\u200fb\u061cc', 'a\uFFFDb\uFFFDc'],
    ['a noncharacter', 'a\uffffb\u{1fffe}', 'a\uFFFDb\uFFFD'],
    ['half of a pair', 'a\ud800b', 'a\uFFFDb'],
  ])('is not %s', (_what, text, shown) => {
    expect(isPlainText(text)).toBe(false);
    expect(toPlainText(text)).toBe(shown);
    expect(toPlainText(shown)).toBe(shown);
  });
});

const names = [
  'Ziggy',
  'Zoë van der Berg-O’Neill',
  'Ángela\u0301',
  '👩‍🚀',
  '👨‍👩‍👧‍👦',
  '🏴󠁧󠁢󠁳󠁣󠁴󠁿',
  '❤️',
  'می‌خواهم',
  'ක්‍ෂේත්‍ර',
  'श्री',
  '山田太郎',
  'Nguyễn',
];

describe.each(names)('%s', (name) => {
  it('is plain and visible', () => {
    expect([isPlainText(name), isVisible(name)]).toEqual([true, true]);
  });
});

it.each([
  ['spaces', ' \u00A0\u3000'],
  ['zero-width spaces', '\u200B\uFEFF\u2060'],
  ['joiners', '\u200D\u200C'],
  ['a Hangul filler', '\u3164'],
  ['other Hangul fillers', '\u115F\u1160\uFFA0'],
  ['a Braille pattern without dots', '\u2800'],
  ['variation selectors', '\uFE0F\u{E0100}'],
  ['tags', '\u{E0067}\u{E007F}'],
  ['a mark without a letter', '\u0301'],
  ['nothing', ''],
])('%s: not visible', (_what, text) => {
  expect(isVisible(text)).toBe(false);
});
