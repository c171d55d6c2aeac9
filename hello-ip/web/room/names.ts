// What may stand on a projector: a name of one line without links, and without words that nobody wants there.
import type { Profanity } from '@2toad/profanity';
import { z } from 'zod';
import { isPlainText, isVisible } from '../../support/plain-text.ts';

const MAX_LENGTH = 24;
const ALLOWED = /^[\p{L}\p{M}\p{N} .'’-]+$/u;
/** "example.org", but not "J. R. R. Tolkien" and not "J.R.R. Tolkien". */
const LINK = /[\p{L}\p{N}-]{2,}\.\p{L}{2,}/u;
const LANGUAGES = ['ar', 'zh', 'en', 'fr', 'de', 'hi', 'it', 'ja', 'ko', 'pt', 'ru', 'es'];
/** First names and family names that the lists of those languages also have. */
const NAMES = [
  'dick',
  'dyke',
  'fanny',
  'gay',
  'mona',
  'randy',
  'wang',
  'willy',
  'cox',
  'bush',
  'regina',
  'kim',
];
const MORE = ['hitler', 'nazi', 'putain', 'fick dich', 'scheisse'];
const MASK = '•••';

/** A name as it may be typed on a phone. */
export const roomName = z
  .string('Enter one name.')
  .trim()
  .min(1, 'Enter your name.')
  .refine((text) => [...text].length <= MAX_LENGTH, `Enter a name of at most ${MAX_LENGTH} characters.`)
  .refine(isPlainText, 'Enter a name without control characters or other invalid ones.')
  .refine(isVisible, 'Enter a name that can be seen.')
  .refine((text) => ALLOWED.test(text), 'Enter a name of letters and digits.')
  .refine((text) => !LINK.test(text), 'Enter a name, not an address.')
  .transform((text) => text.replace(/ +/g, ' '));

let words: Promise<Profanity> | undefined;

/** Loads the list of words when it is first needed: it takes a moment, and most days nobody opens a room. */
export async function nameMask(): Promise<(name: string) => string> {
  words ??= loadWords();
  const known = await words;
  const masks = new Map<string, string>();
  return (name) => {
    // Some of the lists have numbers.
    const mask = masks.get(name) ?? (known.exists(name.replace(/\p{N}+/gu, ' ')) ? MASK : name);
    masks.set(name, mask);
    return mask;
  };
}

async function loadWords(): Promise<Profanity> {
  const { Profanity } = await import('@2toad/profanity');
  const known = new Profanity({ languages: LANGUAGES, wholeWord: true, unicodeWordBoundaries: true });
  known.whitelist.addWords(NAMES);
  known.addWords(MORE);
  return known;
}
