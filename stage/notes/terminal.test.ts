// The notes in a terminal: no line is too wide, and words to say can be told from what to do.
import { marked } from 'marked';
import { describe, expect, it } from 'vitest';
import { linesOf, readableWidth } from './terminal.ts';

const lines = (markdown: string, width = 40) =>
  linesOf(
    marked.lexer(markdown).filter(({ type }) => type !== 'space'),
    width,
  );

describe('in a terminal', () => {
  it('a paragraph is rewrapped, whatever its line breaks in the file', () => {
    expect(lines('**Do:** Ask somebody\nin the room for a name, and wait.')).toEqual([
      'Do: Ask somebody in the room for a name,',
      'and wait.',
    ]);
  });

  it('words to say are set apart by a bar, between two paragraphs too', () => {
    expect(lines('> One.\n>\n> Two.')).toEqual(['  ┃ One.', '  ┃', '  ┃ Two.']);
  });

  it('a list hangs, code keeps its lines, a link is its text', () => {
    expect(lines('- **Purpose:** to see\n- see [this](page.md) and `that`')).toEqual([
      '- Purpose: to see',
      '- see this and that',
    ]);
    expect(lines('```console\nnpm run a\nnpm run b\n```')).toEqual(['    npm run a', '    npm run b']);
  });

  it.each([30, 40, 92])(
    'no line is wider than %i letters, with wide ones and colours counted correctly',
    (width) => {
      const text = '> 東京から来ました。 '.repeat(8) + '**bold** `code` '.repeat(30);
      for (const line of lines(text, width)) expect(columns(line)).toBeLessThanOrEqual(width);
    },
  );

  it('is never too wide to read comfortably, and never too narrow to read', () => {
    expect([readableWidth(300), readableWidth(60), readableWidth(10)]).toEqual([92, 60, 40]);
  });
});

/** A Chinese or Japanese character is as wide as two others. */
function columns(line: string): number {
  return [...line].reduce((sum, letter) => sum + (/[\u2e80-\u9fff]/.test(letter) ? 2 : 1), 0);
}
