// The source of the deck: its slides with notes, and the code that it imports.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type DeckName, SLIDES } from '../../stage/commands/slidev.ts';

/** One slide as written. */
export interface SourceSlide {
  frontmatter: Record<string, unknown>;
  content: string;
  note?: string;
}

const fromSlides = createRequire(join(SLIDES, 'package.json'));

/** A package that is installed only for the slides. */
export async function packageOfSlides(name: string) {
  return import(pathToFileURL(fromSlides.resolve(name)).href);
}

/** The slides of slides.md for one slot, or those of encores.md, read by Slidev's own parser. */
export async function readSlides(slot: DeckName): Promise<SourceSlide[]> {
  const { parseSync } = await packageOfSlides('@slidev/parser');
  const file = join(SLIDES, slot === 'encores' ? 'encores.md' : 'slides.md');
  const slides: SourceSlide[] = parseSync(readFileSync(file, 'utf8'), file).slides;
  return slides.filter(
    ({ frontmatter: { slots } }) => !Array.isArray(slots) || slots.map(String).includes(slot),
  );
}

/** The code that a slide imports, a text for each `<<<`. */
export function importsOf({ content }: SourceSlide): string[] {
  return [...content.matchAll(/^<<< (\S+?)(?:#(\S+))? \w+(?: \{.*\})?$/gm)].map(([, path = '', region]) =>
    regionOf(readFileSync(join(SLIDES, path), 'utf8'), region),
  );
}

/**
 * The lines between the marks of a region, or all of them.
 * @throws if there is no such region: Slidev itself would show the whole file, without a word
 */
export function regionOf(text: string, region: string | undefined): string {
  if (!region) return text.trim();
  const [, inside] =
    new RegExp(`^ *// #region ${region}\\n(.*?)^ *// #endregion ${region}$`, 'ms').exec(text) ?? [];
  if (inside === undefined) throw new Error(`There is no region "${region}".`);
  return inside.trim();
}
