// Many tabs on one greeting, and a stream that fails at first.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium } from '../../stage/doctor/find-chromium.ts';
import { launchChromium } from '../../stage/doctor/launch-chromium.ts';
import { greet as fillIn, seeHeadline } from '../support/chromium.ts';
import { type Kit, startKit } from '../support/kit.ts';
import { visitor } from '../support/visit.ts';

const executable = findChromium();

describe.skipIf(!executable)('the page', () => {
  let kit: Kit;
  let browser: Browser;
  beforeAll(async () => {
    [kit, browser] = await Promise.all([startKit(), launchChromium(executable ?? '')]);
  });
  afterAll(async () => {
    await browser?.close();
    await kit?.close();
  });
  const visit = visitor(() => ({ browser, url: kit.url }));
  const greet = (page: Page, name: string, seconds: number) => fillIn(page, kit.url, name, seconds);

  it(
    'eight tabs are live at once',
    visit(async ({ context, page }) => {
      await greet(page, 'Everybody', 6);
      const url = page.url();
      const tabs = await Promise.all(
        Array.from({ length: 7 }, async () => {
          const tab = await context.newPage();
          await tab.goto(url);
          return tab;
        }),
      );
      await Promise.all([page, ...tabs].map((tab) => seeHeadline(tab, 'Hello, Everybody!')));
    }),
  );

  it(
    'a stream that fails at first is retried',
    visit(async ({ page }) => {
      let failures = 0;
      await page.route('**/events', (route) => {
        failures += 1;
        return failures <= 2 ? route.abort() : route.continue();
      });
      await greet(page, 'Ziggy', 3);
      await page.locator('.lost').waitFor();
      await seeHeadline(page, 'Hello, Ziggy!');
      expect(await page.locator('.lost').isVisible()).toBe(false);
      expect(failures).toBeGreaterThan(2);
    }),
  );
});
