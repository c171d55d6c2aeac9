// Takes pictures of a page in the looks that it has: light, dark, and on a phone.
import { join } from 'node:path';
import type { Page } from 'playwright-core';

const LOOKS = [
  { name: 'light', viewport: { width: 1280, height: 720 }, colorScheme: 'light' },
  { name: 'dark', viewport: { width: 1280, height: 720 }, colorScheme: 'dark' },
  { name: 'phone-light', viewport: { width: 390, height: 844 }, colorScheme: 'light' },
] as const;

/** How a projector shows it. */
export const PROJECTOR = LOOKS[0].viewport;

/** Takes pictures into a folder. */
export function photographer(page: Page, folder: string) {
  return {
    /** Waits until these words are somewhere. */
    async see(where: string, words: string): Promise<void> {
      await page.locator(where, { hasText: words }).first().waitFor({ timeout: 60_000 });
    },
    /** One picture, as it is. */
    async shootOne(file: string): Promise<void> {
      await page.screenshot({ path: join(folder, file), animations: 'disabled' });
    },
    /** One in each look. */
    async shoot(state: string): Promise<void> {
      for (const { name, viewport, colorScheme } of LOOKS) {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize(viewport);
        await page.screenshot({ path: join(folder, `${state}-${name}.png`), animations: 'disabled' });
      }
      await page.emulateMedia({ colorScheme: 'light' });
      await page.setViewportSize(PROJECTOR);
    },
  };
}
