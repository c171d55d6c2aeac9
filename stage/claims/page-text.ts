// What a reader can see on a page of the app, taken from its HTML.
import { compile } from 'html-to-text';
import { fold } from './fold.ts';

/** Never read: drawings, scripts, and the words that the page shows only once it has lost the app. */
const UNSEEN = ['head', 'noscript', 'p.lost', 'script', 'style', 'svg'];
/** These stay within a line; every other tag separates words. */
const INLINE = ['a', 'b', 'code', 'em', 'i', 'span', 'strong'];
/** Without the library's capitals, and without its numbers before list items. */
const BLOCK = ['*', 'h1', 'ol'];

const toText = compile({
  wordwrap: false,
  whitespaceCharacters: ' \t\r\n\f', // its default treats more as whitespace than HTML does
  selectors: [
    ...BLOCK.map((selector) => ({ selector, format: 'block' })),
    ...INLINE.map((selector) => ({ selector, format: 'inline' })),
    ...UNSEEN.map((selector) => ({ selector, format: 'skip' })),
  ],
});

/** The text of an HTML page on one line: no tags, entities decoded, whitespace folded. */
export function plainText(html: string): string {
  return fold(toText(html));
}
