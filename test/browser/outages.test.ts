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
  const kits: Kit[] = [];
  beforeAll(async () => {
    browser = await launchChromium(executable ?? '');
    // One after the other: four at once would still be busy with that when the first outage ends.
    while (kits.length < 4) kits.push(await startKit());
  });
  afterAll(async () => {
    await browser?.close();
    await Promise.all(kits.map((kit) => kit.close()));
  });

  it.each([
    [3, 0],
    [15, 1],
    [30, 2],
  ])('outlives the Temporal Service, killed in the timer for %d s', async (seconds, index) => {
    const kit = kits[index] as Kit;
    await onGreetingPage(browser, kit, 2, async (page) => {
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
    const kit = kits[3] as Kit;
    await onGreetingPage(browser, kit, 3600, async (page) => {
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
  kit: Kit,
  seconds: number,
  work: (page: Page) => Promise<void>,
): Promise<void> {
  const page = await browser.newPage();
  try {
    await greet(page, kit.url, 'Ziggy', seconds);
    await seeHeadline(page, 'Sleeping');
    await page.evaluate(() => document.body.setAttribute('data-same', 'yes'));
    await work(page);
    expect(await page.locator('body').getAttribute('data-same')).toBe('yes');
  } finally {
    await page.close();
  }
}
