// Outages under a page for its tests: the same page, never reloaded, reports them and carries on.
import type { Browser, Page } from 'playwright-core';
import { expect } from 'vitest';
import { greet, seeHeadline } from './chromium.ts';
import type { Moment } from './drills.ts';
import type { Kit } from './kit.ts';

/** Kills the Worker in the Timer and starts it again; the greeting comes, as soon as there is a Worker and no Timer. */
export function outliveWorker(
  browser: Browser,
  kit: Kit,
  started: Exclude<Moment, 'at once'>,
): Promise<void> {
  return onGreetingPage(browser, kit, 4, async (page) => {
    const step = (index: number) => page.locator('.steps li').nth(index);
    await kit.kill('worker');
    if (started === 'after it has fired') {
      await seeHeadline(page, 'No Worker is polling');
      await page.getByText('The Timer is still running').waitFor();
      await page.getByText('The greeting will carry on as soon as a Worker polls.').waitFor();
      expect(await step(2).innerText()).toContain('paused');
    }
    const begun = performance.now();
    await kit.start('worker');
    const ready = performance.now() - begun;
    if (started === 'before it fires') await step(1).filter({ hasText: 'Timer fired' }).waitFor();
    await seeHeadline(page, 'Hello, Ziggy!', 2000);
    await page
      .getByText(/^survived 1 Worker kill and \d+ s without a Worker · getIP executed once$/)
      .waitFor();
    await page.locator('#timeline').getByText('kill -9 Worker').waitFor();
    expect(ready).toBeLessThan(10_000);
  });
}

/** Kills the Temporal Service in the Timer for so many seconds; the greeting comes, and nothing else was restarted. */
export function outliveServer(browser: Browser, kit: Kit, seconds: number): Promise<void> {
  return onGreetingPage(browser, kit, 2, async (page) => {
    const others = pidsButOf('server', kit);
    await kit.kill('server');
    await seeHeadline(page, 'Temporal Service away');
    expect(await page.locator('#progress').innerText()).toContain('Below is the last known state.');
    expect(await page.locator('.steps li').first().getAttribute('data-state')).toBe('done');
    await page.getByText(`for ${seconds} s.`).waitFor({ timeout: (seconds + 5) * 1000 });
    await kit.start('server');
    // `npm run bench` measures how soon; on a busy machine this only has to beat a Worker that nobody made anew.
    await seeHeadline(page, 'Hello, Ziggy!', 8000);
    // On a busy machine there may be a moment without a Worker or a failed attempt, too.
    await page.getByText(/^survived (.*, )?1 Service kill(,| and) \d+ s without the Service/).waitFor();
    expect(pidsButOf('server', kit)).toEqual(others);
  });
}

/** Kills the app for so many seconds; the page keeps what it showed, and is live again within 2 s. */
export function outliveApp(browser: Browser, kit: Kit, seconds: number): Promise<void> {
  return onGreetingPage(browser, kit, 3600, async (page) => {
    await kit.kill('app');
    await page.locator('.lost').waitFor();
    const shown = await page.locator('#progress').innerText();
    await page.waitForTimeout(seconds * 1000); // the outage itself, not a wait for something
    expect(await page.locator('#progress').innerText()).toBe(shown);
    await kit.start('app');
    await page.locator('.lost').waitFor({ state: 'hidden', timeout: 2000 });
    await page.waitForFunction((old) => document.getElementById('progress')?.innerText !== old, shown);
  });
}

/** Nobody restarted them: they are still the same processes. */
function pidsButOf(name: string, kit: Kit) {
  return kit
    .list()
    .filter((report) => report.name !== name)
    .map(({ pid }) => pid);
}

/** Brings a greeting to its Timer, runs the work, and makes sure that the page was never reloaded. */
async function onGreetingPage(
  browser: Browser,
  kit: Kit,
  seconds: number,
  work: (page: Page) => Promise<void>,
): Promise<void> {
  const page = await browser.newPage();
  page.setDefaultTimeout(15_000);
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
