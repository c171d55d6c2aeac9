// Whether there is a browser that can print the slides.
import type { Check, Finding } from '../doctor.ts';

export const chromiumCheck: Check = {
  name: 'chromium',
  async look() {
    const { findChromium } = await import('../chromium.ts');
    return judgeChromium(findChromium());
  },
};

/** What to say of the one that was found. */
export function judgeChromium(path: string | undefined): Finding {
  if (path) return { state: 'ok', fact: `Chromium, for a PDF of the slides: ${path}` };
  return {
    state: 'warning',
    fact: 'There is no Chromium or Chrome, so the slides cannot be made into a PDF.',
    mend: 'Install one, or set CHROMIUM to the path of yours.',
  };
}
