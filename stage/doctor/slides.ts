// Whether the slides are installed, in a clone that has some.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Check, Finding } from './examine.ts';

export const slidesCheck: Check = {
  name: 'slides',
  look: async ({ root }) =>
    judgeSlides({
      there: existsSync(join(root, 'slides', 'package.json')),
      installed: existsSync(join(root, 'slides', 'node_modules')),
    }),
};

/** The verdict on them; an attendee needs none. */
export function judgeSlides(slides: { there: boolean; installed: boolean }): Finding | undefined {
  if (!slides.there) return undefined;
  if (slides.installed) return { state: 'ok', fact: 'The slides are installed.' };
  return {
    state: 'warning',
    fact: 'The slides are not installed; they are a download of half a gigabyte.',
    mend: 'Only presenters need them: npm ci --prefix slides',
  };
}
