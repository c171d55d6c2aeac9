// Makes texts comparable, whether they are printed on one line or on several.

/** Turns spaces and line ends in a row into one space. */
export function fold(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
