// Whether there is a browser that can print the slides.
import type { Check, Finding } from './examine.ts';

export const chromiumCheck: Check = {
  name: 'chromium',
  async look() {
    const { findChromium } = await import('./find-chromium.ts');
    return judgeChromium(findChromium());
  },
};

/** The verdict on the one that was found. */
export function judgeChromium(path: string | undefined): Finding {
  if (path) return { state: 'ok', fact: `Chromium, for a PDF of the slides: ${path}` };
  return {
    state: 'warning',
    fact: 'There is no Chromium or Chrome, so the slides cannot be exported as a PDF.',
    mend: 'Install one, or set CHROMIUM to the path of yours.',
  };
}
