// Tells text that is safe to show from text that would steer whatever shows it: a terminal, a page, a stream of events.
import { stripVTControlCharacters } from 'node:util';

/**
 * Controls, bidirectional controls, line and paragraph separators, noncharacters, lone surrogates, the replacement
 * character, and the marks around interlinear annotations. Joiners stay: emoji, Persian and Indic names need them.
 */
const NOT_PLAIN = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Noncharacter_Code_Point}\uFFF9-\uFFFB\uFFFD]/u;
/** White space, characters drawn as nothing (fillers and the blank Braille pattern too), and marks without a letter. */
const INVISIBLE = /[\p{White_Space}\p{Default_Ignorable_Code_Point}\p{M}\u2800]/gu;
const LINE_ENDS = /[\t\n\v\f\r\u0085\u2028\u2029]+/g;

/** Whether it is one line of letters, symbols and spaces, in any script, and nothing else. */
export function isPlainText(text: string): boolean {
  return !NOT_PLAIN.test(text);
}

/** Whether at least one of its characters is visible. */
export function isVisible(text: string): boolean {
  return text.replace(INVISIBLE, '') !== '';
}

/** On one line: terminal sequences are dropped, line ends become a space, anything else not plain becomes U+FFFD. */
export function toPlainText(text: string): string {
  const line = stripVTControlCharacters(text).replace(LINE_ENDS, ' ');
  return line.replace(new RegExp(NOT_PLAIN, 'gu'), '\uFFFD');
}
