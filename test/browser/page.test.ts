// The page in a real Chromium, from form to greeting, while everything around it is killed with -9.
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findChromium } from '../../stage/chromium.ts';
import { PROCESSES } from '../../stage/words.ts';
import { type Kit, startKit } from '../kit.ts';
import { greet as fillIn, launchChromium, seeHeadline } from './chromium.ts';

const executable = findChromium();
if (!executable && process.env.CI) throw new Error('CI has no Chromium. Install the package chromium.');
if (!executable)
  console.warn('\n*** NO CHROMIUM: THE PAGE IS NOT TESTED. Install it, or set CHROMIUM to its path. ***\n');

describe.skipIf(!executable)('the page', () => {
  let kit: Kit;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    [kit, browser] = await Promise.all([startKit(), launchChromium(executable ?? '')]);
  });
  afterAll(async () => {
    await browser?.close();
    await kit?.close();
  });
  beforeEach(async () => {
    await Promise.all(PROCESSES.map((name) => kit.start(name)));
    await openContext({});
  });
  afterEach(() => context.close());

  async function openContext(options: Parameters<Browser['newContext']>[0]): Promise<void> {
    await context?.close();
    context = await browser.newContext({ viewport: { width: 1280, height: 720 }, ...options });
    page = await context.newPage();
    page.setDefaultTimeout(15_000);
    complaints = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' && !message.text().includes('ERR_')) complaints.push(message.text());
    });
    page.on('request', (request) => {
      if (!request.url().startsWith(kit.url)) complaints.push(`asked for ${request.url()}`);
    });
  }

  const headline = () => page.locator('#progress h1');
  const step = (index: number) => page.locator('.steps li').nth(index);

  const greet = (name: string, seconds: number) => fillIn(page, kit.url, name, seconds);

  /** Marks the document, so that a reload would be noticed. */
  const mark = () => page.evaluate(() => document.body.setAttribute('data-same', 'yes'));
  const expectSamePage = async () => expect(await page.locator('body').getAttribute('data-same')).toBe('yes');

  const waitFor = (text: string, timeout?: number, of: Page = page) => seeHeadline(of, text, timeout);

  it('goes from the form to the greeting by itself', async () => {
    await greet('Ziggy', 2);
    await waitFor('Sleeping: 2 s left');
    await waitFor('Hello, Ziggy!');
    const text = await page.locator('#progress').innerText();
    expect(text).toMatch(/Your IP Address is [0-9.]+\s/);
    expect(text).toMatch(/You are in .+, .+/);
    expect(await page.locator('.steps li[data-state=done]').count()).toBe(3);
    const webUi = await page.getByRole('link', { name: 'Open in Temporal Web UI' }).getAttribute('href');
    expect((await fetch(webUi ?? '')).status).toBe(200);
    expect(complaints).toEqual([]);
  });

  it('works by keyboard alone', async () => {
    await page.goto(kit.url);
    // The browser gives the focus with its first picture, which can come after the load event.
    await page.locator('#name:focus').waitFor();
    await page.keyboard.type('Zoë');
    await page.keyboard.press('Enter');
    await waitFor('Hello, Zoë!');
    await page.getByRole('button', { name: 'Reset' }).focus();
    await page.keyboard.press('Enter');
    expect(await page.getByLabel('Enter your name').inputValue()).toBe('');
  });

  it('works without JavaScript', async () => {
    await openContext({ javaScriptEnabled: false });
    await greet('Ziggy', 3);
    expect(await headline().innerText()).toMatch(/Looking up|Sleeping/);
    await waitFor('Hello, Ziggy!');
  });

  it('a double click starts one greeting', async () => {
    await page.goto(kit.url);
    await page.getByLabel('Enter your name').fill('Twice');
    await page.getByRole('button', { name: 'Get Greeting' }).dblclick();
    await waitFor('Hello, Twice!');
  });

  it('what is wrong is said in the form, and what was typed stays', async () => {
    await page.goto(kit.url);
    await page.getByLabel('Enter your name').fill('Ziggy');
    await page.getByText('Show Demo Options').click();
    await page.getByLabel('Number of Seconds').fill('soon');
    await page.getByRole('button', { name: 'Get Greeting' }).click();
    await page.getByText('Enter a whole number from 0 to 3600.').waitFor();
    expect(await page.getByLabel('Enter your name').inputValue()).toBe('Ziggy');
    expect(await page.getByLabel('Number of Seconds').inputValue()).toBe('soon');
  });

  it('eight tabs are live at once', async () => {
    await greet('Everybody', 6);
    const url = page.url();
    const tabs = await Promise.all(
      Array.from({ length: 7 }, async () => {
        const tab = await context.newPage();
        await tab.goto(url);
        return tab;
      }),
    );
    await Promise.all([page, ...tabs].map((tab) => waitFor('Hello, Everybody!', 15_000, tab)));
  });

  it('a stream that fails at first is tried again', async () => {
    let failures = 0;
    await page.route('**/events', (route) => {
      failures += 1;
      return failures <= 2 ? route.abort() : route.continue();
    });
    await greet('Ziggy', 3);
    await page.locator('.lost').waitFor();
    await waitFor('Hello, Ziggy!');
    expect(await page.locator('.lost').isVisible()).toBe(false);
    expect(failures).toBeGreaterThan(2);
  });

  describe('the Worker killed in the timer', () => {
    it.each([
      ['before the timer fires', 'Sleeping'],
      ['after the timer has fired', 'The greeting goes on as soon as a Worker polls.'],
    ])('and started again %s', async (_when, seen) => {
      await greet('Ziggy', 4);
      await mark();
      await waitFor('Sleeping');
      await kit.kill('worker');
      if (seen !== 'Sleeping') {
        await waitFor('No Worker is polling');
        await page.getByText('The Timer runs on').waitFor();
        await page.getByText(seen).waitFor();
        expect(await step(2).innerText()).toContain('paused');
      }
      const begun = performance.now();
      await kit.start('worker');
      const ready = performance.now() - begun;
      if (seen === 'Sleeping') await step(1).filter({ hasText: 'Timer fired' }).waitFor();
      await waitFor('Hello, Ziggy!', 2000);
      expect(ready).toBeLessThan(10_000);
      await expectSamePage();
    });
  });

  it('a form sent while the Temporal Service is away comes back filled in, and works when it is back', async () => {
    await page.goto(kit.url);
    await page.getByLabel('Enter your name').fill('Ziggy');
    await kit.kill('server');
    await page.getByRole('button', { name: 'Get Greeting' }).click();
    await page.getByText('The Temporal Service is away.').waitFor();
    expect(await page.getByLabel('Enter your name').inputValue()).toBe('Ziggy');
    await kit.start('server');
    await page.getByRole('button', { name: 'Get Greeting' }).click();
    await waitFor('Hello, Ziggy!');
  });
});
