// What a reader can see on a page of the app, out of its HTML.

/** Not to be read: drawings, scripts, and the words that the page shows only once it has lost the app. */
const UNSEEN = [
  /<head[\s\S]*?<\/head>/gi,
  /<!--[\s\S]*?-->/g,
  /<(script|style|svg|noscript)\b[\s\S]*?<\/\1>/gi,
  /<p class="lost"[\s\S]*?<\/p>/gi,
];
/** These stand within a word's line; every other tag parts words. */
const INLINE = /<\/?(a|b|code|em|i|span|strong)\b[^>]*>/gi;
const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

/** The text of an HTML page on one line: no tags, entities decoded, blanks folded. */
export function plainText(html: string): string {
  const seen = UNSEEN.reduce((text, pattern) => text.replace(pattern, ' '), html);
  const text = seen.replace(INLINE, '').replace(/<[^>]*>/g, ' ');
  return fold(text.replace(/&(#x?[\da-f]+|[a-z]+);/gi, decode));
}

/** Blanks and line ends in a row become one blank. */
export function fold(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

function decode(entity: string, name: string): string {
  if (!name.startsWith('#')) return ENTITIES[name.toLowerCase()] ?? entity;
  const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
  return code <= 0x10_ff_ff ? String.fromCodePoint(code) : entity;
}
