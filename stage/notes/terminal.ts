// Shows the Markdown of the notes in a terminal, wrapped, with the words to say set apart from what to do.
import type { Token, Tokens } from 'marked';
import wrapAnsi from 'wrap-ansi';
import { paint } from '../processes/output.ts';

const WIDEST = 92;
const SAY = '  ┃ ';

/** As wide as the terminal, but no wider than is comfortable to read. */
export function readableWidth(columns = process.stdout.columns ?? 80): number {
  return Math.min(Math.max(columns, 40), WIDEST);
}

/** The lines of these paragraphs, with an empty line between each two. */
export function linesOf(tokens: Token[], width: number): string[] {
  return tokens.flatMap((token) => [...blockLines(token, width), '']).slice(0, -1);
}

function blockLines(token: Token, width: number): string[] {
  switch (token.type) {
    case 'blockquote':
      return linesOf(inner(token), width - SAY.length).map(
        (line) => paint('cyan', SAY.trimEnd()) + (line && ` ${paint('cyan', line)}`),
      );
    case 'list':
      return (token as Tokens.List).items.flatMap((item) => listItem(item, width));
    case 'code':
      return token.text.split('\n').map((line: string) => `    ${line}`);
    default:
      return wrap(inline(inner(token)) || token.raw, width);
  }
}

function listItem(item: Tokens.ListItem, width: number): string[] {
  const lines = item.tokens.flatMap((token) => blockLines(token, width - 2));
  return lines.map((line, index) => `${index === 0 ? '- ' : '  '}${line}`);
}

function wrap(text: string, width: number): string[] {
  return wrapAnsi(text.replace(/\s*\n\s*/g, ' '), width).split('\n');
}

function inline(tokens: Token[]): string {
  return tokens.map(inlineText).join('');
}

function inlineText(token: Token): string {
  if (token.type === 'strong') return paint('bold', inline(inner(token)));
  if (token.type === 'codespan') return paint('yellow', token.text);
  if (token.type === 'em' || token.type === 'link') return inline(inner(token));
  return 'text' in token ? token.text : token.raw;
}

function inner(token: Token): Token[] {
  return (('tokens' in token && token.tokens) || []).filter(({ type }) => type !== 'space');
}
