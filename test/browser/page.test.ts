// The page in a real Chromium, from form to greeting, while everything around it is killed with -9.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findChromium } from '../../stage/doctor/find-chromium.ts';
import { launchChromium } from '../../stage/doctor/launch-chromium.ts';
import { PROCESSES } from '../../stage/processes/names.ts';
import { greet as fillIn, seeHeadline } from '../support/chromium.ts';
import { type Kit, startKit } from '../support/kit.ts';
import { outliveServer, outliveWorker } from '../support/outages.ts';
import { visitor } from '../support/visit.ts';

const executable = findChromium();
if (!executable && process.env.CI) throw new Error('CI has no Chromium. Install the package chromium.');
if (!executable)
  console.warn('\n*** NO CHROMIUM: THE PAGE IS NOT TESTED. Install it, or set CHROMIUM to its path. ***\n');

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

  // One at a time: side by side they are no quicker on two cores, and a form once came back unaccepted.
  describe('with everything up', () => {
    it(
      'goes from the form to the greeting on its own',
      visit(async ({ page, complaints }) => {
        await greet(page, 'Ziggy', 4);
        await seeHeadline(page, 'Sleeping: 2 s left');
        await seeHeadline(page, 'Hello, Ziggy!');
        const text = await page.locator('#progress').innerText();
        expect(text).toMatch(/Your IP Address is [0-9.]+\s/);
        expect(text).toMatch(/You are in .+, .+/);
        expect(await page.locator('.steps li[data-state=done]').count()).toBe(3);
        const webUi = await page.getByRole('link', { name: 'Open in Temporal Web UI' }).getAttribute('href');
        expect((await fetch(webUi ?? '')).status).toBe(200);
        expect(complaints).toEqual([]);
      }),
    );

    it(
      'works by keyboard alone',
      visit(async ({ page }) => {
        await page.goto(kit.url);
        // The browser sets the focus with its first frame, which can come after the load event.
        await page.locator('#name:focus').waitFor();
        await page.keyboard.type('Zoë');
        await page.keyboard.press('Enter');
        await seeHeadline(page, 'Hello, Zoë!');
        await page.getByRole('button', { name: 'Reset' }).focus();
        await page.keyboard.press('Enter');
        expect(await page.getByLabel('Enter your name').inputValue()).toBe('');
      }),
    );

    it(
      'works without JavaScript',
      visit(
        async ({ page }) => {
          await greet(page, 'Ziggy', 3);
          expect(await page.locator('#progress h1').innerText()).toMatch(/Looking up|Sleeping/);
          await seeHeadline(page, 'Hello, Ziggy!');
        },
        { javaScriptEnabled: false },
      ),
    );

    it(
      'a double click starts one greeting',
      visit(async ({ page }) => {
        await page.goto(kit.url);
        await page.getByLabel('Enter your name').fill('Twice');
        await page.getByRole('button', { name: 'Get Greeting' }).dblclick();
        await seeHeadline(page, 'Hello, Twice!');
      }),
    );

    it(
      'the form says what is wrong, and what was typed stays',
      visit(async ({ page }) => {
        await page.goto(kit.url);
        await page.getByLabel('Enter your name').fill('Ziggy');
        await page.getByText('Show Demo Options').click();
        await page.getByLabel('Number of Seconds').fill('soon');
        await page.getByRole('button', { name: 'Get Greeting' }).click();
        await page.getByText('Enter a whole number from 0 to 3600.').waitFor();
        expect(await page.getByLabel('Enter your name').inputValue()).toBe('Ziggy');
        expect(await page.getByLabel('Number of Seconds').inputValue()).toBe('soon');
      }),
    );
  });

  // Through kills of everything: latest.long.
  it(
    '/latest, left open, shows the greeting that was started last, and then that which came after it',
    visit(async ({ context, page }) => {
      const latest = await context.newPage();
      await latest.goto(`${kit.url}/latest`);
      await greet(page, 'Iggy', 3600);
      await seeHeadline(latest, 'Sleeping');
      await greet(page, 'Dora', 1);
      await seeHeadline(latest, 'Hello, Dora!');
    }),
  );

  describe('while everything is killed', () => {
    beforeEach(async () => {
      await Promise.all(PROCESSES.map((name) => kit.start(name)));
    });

    // Longer outages, those of the app, and a Worker that is back before its Timer fires: outages.long.
    it('outlives the Worker, killed in the timer and started again after it has fired', () =>
      outliveWorker(browser, kit, 'after it has fired'));

    it('outlives the Temporal Service, killed in the timer for 3 s', () => outliveServer(browser, kit, 3));

    it(
      'a form sent while the Temporal Service is away comes back filled in, and works when it is back',
      visit(async ({ page }) => {
        await page.goto(kit.url);
        await page.getByLabel('Enter your name').fill('Ziggy');
        await kit.kill('server');
        await page.getByRole('button', { name: 'Get Greeting' }).click();
        await page.getByText('The Temporal Service is away.').waitFor();
        expect(await page.getByLabel('Enter your name').inputValue()).toBe('Ziggy');
        await kit.start('server');
        await page.getByRole('button', { name: 'Get Greeting' }).click();
        await seeHeadline(page, 'Hello, Ziggy!');
      }),
    );
  });
});
