// Long outages of the Temporal Service and of the app: the same page, never reloaded, tells of them and goes on.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium } from '../../stage/chromium.ts';
import { type Kit, startKit } from '../kit.ts';
import { greet, launchChromium, seeHeadline } from './chromium.ts';

const executable = findChromium();

// Side by side, each with a kit of its own: nearly all of the time is waiting for the outage to pass.
describe.skipIf(!executable).concurrent('the same page', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium(executable ?? '');
  });
  afterAll(() => browser.close());

  it.each([3, 15, 30])('outlives the Temporal Service, killed in the timer for %d s', async (seconds) => {
    await onGreetingPage(browser, 2, async (kit, page) => {
      const others = pidsButOf('server', kit);
      await kit.kill('server');
      await seeHeadline(page, 'Temporal Service away');
      expect(await page.locator('#progress').innerText()).toContain('Below is the last known state.');
      expect(await page.locator('.steps li').first().getAttribute('data-state')).toBe('done');
      await page.getByText(`for ${seconds} s.`).waitFor({ timeout: (seconds + 5) * 1000 });
      await kit.start('server');
      await seeHeadline(page, 'Hello, Ziggy!', 3000);
      expect(pidsButOf('server', kit)).toEqual(others);
    });
  });

  it('outlives the app, killed for 40 s', async () => {
    await onGreetingPage(browser, 3600, async (kit, page) => {
      await kit.kill('app');
      await page.locator('.lost').waitFor();
      const shown = await page.locator('#progress').innerText();
      await page.waitForTimeout(40_000); // the outage itself, not a wait for something
      expect(await page.locator('#progress').innerText()).toBe(shown);
      await kit.start('app');
      await page.locator('.lost').waitFor({ state: 'hidden', timeout: 2000 });
      await page.waitForFunction((old) => document.getElementById('progress')?.innerText !== old, shown);
    });
  });
});

/** Nobody restarted them: they are the processes that they were. */
function pidsButOf(name: string, kit: Kit) {
  return kit
    .list()
    .filter((report) => report.name !== name)
    .map(({ pid }) => pid);
}

/** Brings a greeting to its Timer, runs the work, and sees to it that the page was never reloaded. */
async function onGreetingPage(
  browser: Browser,
  seconds: number,
  work: (kit: Kit, page: Page) => Promise<void>,
): Promise<void> {
  const kit = await startKit();
  const page = await browser.newPage();
  try {
    await greet(page, kit.url, 'Ziggy', seconds);
    await seeHeadline(page, 'Sleeping');
    await page.evaluate(() => document.body.setAttribute('data-same', 'yes'));
    await work(kit, page);
    expect(await page.locator('body').getAttribute('data-same')).toBe('yes');
  } finally {
    await page.close();
    await kit.close();
  }
}
