// The page of a release in a real browser: left open while everything under it is killed, used by keyboard, and on a phone.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findChromium } from '../../stage/doctor/find-chromium.ts';
import { launchChromium } from '../../stage/doctor/launch-chromium.ts';
import { type Kit, startKit } from '../support/kit.ts';
import { smallPlan, startRelease } from '../support/releases.ts';
import { visitor } from '../support/visit.ts';

const executable = findChromium();
const NEEDED = ['server', 'platform', 'releases', 'releases-page'] as const;

let kit: Kit;
let browser: Browser;
let base: string;
beforeAll(async () => {
  if (!executable) return;
  kit = await startKit(NEEDED);
  base = `http://127.0.0.1:${kit.ports.releases}`;
  browser = await launchChromium(executable);
});
afterAll(async () => {
  await browser?.close();
  await kit?.close();
});

const visit = visitor(() => ({ browser, url: base }));
const line = (page: Page, name: string, word: string) =>
  page.locator('.tree .line', { hasText: name }).filter({ hasText: word });
const standing = (page: Page, words: string) => page.locator('#standing', { hasText: words }).waitFor();
const noLonger = (page: Page, words: string) =>
  page.locator('#standing', { hasText: words }).waitFor({ state: 'detached' });

it.skipIf(!executable)(
  'an old tab outlives the Worker, the platform, the Temporal Service and its own app, and is never reloaded',
  visit(async ({ page }) => {
    await page.goto(await startRelease(base, { name: 'search 2.4', appDeployTime: 4, ...smallPlan(3) }));
    await page.evaluate(() => document.body.setAttribute('data-same', 'yes'));
    await line(page, 'app-1', 'deploying').waitFor();

    await kit.kill('releases');
    await standing(page, 'No Worker is polling.');
    // It says "deploying" until its heartbeats are missed, and then "retrying".
    await page.locator('.tree .at-hand', { hasText: 'app-1' }).waitFor();
    await kit.start('releases');
    await noLonger(page, 'No Worker is polling.');
    await line(page, 'app-1', 'running').waitFor({ timeout: 30_000 });

    await kit.kill('platform');
    await line(page, 'app-2', 'retrying').waitFor();
    await page.getByText('The platform cannot be reached.').waitFor();
    await kit.start('platform');
    await line(page, 'app-2', 'deploying').waitFor();

    await kit.kill('server');
    await standing(page, 'Service away.');
    await line(page, 'app-1', 'running').waitFor();
    await kit.start('server');
    await noLonger(page, 'Service away.');

    await kit.kill('releases-page');
    await page.locator('.lost').waitFor();
    await kit.start('releases-page');
    await page.locator('.lost').waitFor({ state: 'hidden' });
    await page.locator('#head', { hasText: 'completed · 3 of 3 apps' }).waitFor({ timeout: 40_000 });
    expect(await page.locator('body').getAttribute('data-same')).toBe('yes');
  }),
);

it.skipIf(!executable)(
  'is cancelled by keyboard, which is asked once, and the app at hand is finished',
  visit(async ({ page, complaints }) => {
    await page.goto(await startRelease(base, { name: 'billing 3.0', appDeployTime: 3, ...smallPlan(3) }));
    await line(page, 'app-1', 'deploying').waitFor();
    await page.getByRole('button', { name: 'Cancel release' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Yes, cancel it' }).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await standing(page, 'Cancelling.');
    await page.getByText('Cancel release').waitFor({ state: 'detached' });
    await line(page, 'app-1', 'running').waitFor();
    await line(page, 'app-2', 'cancelled').waitFor();
    await page.getByText('1 running, 2 never started').waitFor();
    expect(complaints).toEqual([]);
  }),
);

it.skipIf(!executable)(
  'the list has it within a second; what is folded by hand stays folded, what fails opens',
  visit(async ({ page, complaints }) => {
    await page.goto(`${base}/releases`);
    const path = await startRelease(base, {
      ...{ name: 'checkout 8.1', appDeployTime: 2, ...smallPlan(2) },
      scenario: { kind: 'app_failure', app: 'app-2' },
    });
    await page.getByRole('link', { name: 'checkout 8.1' }).click();
    await page.waitForURL(path);
    await line(page, 'app-1', 'deploying').waitFor();
    const wave = page.locator('.tree summary', { hasText: 'wave-1' });
    await wave.click();
    await page.locator('.tree .line', { hasText: 'app-1' }).waitFor({ state: 'hidden' });
    await page.locator('.card[aria-current]', { hasText: 'failed' }).waitFor();
    await page
      .locator('#head', { hasText: 'App deployment failed: app-2 - Simulated failure scenario' })
      .waitFor();
    await wave.click();
    await line(page, 'app-2', 'failed').waitFor();
    await line(page, 'app-2', 'Simulated failure scenario').waitFor();
    expect(complaints).toEqual([]);
  }),
);

it.skipIf(!executable)(
  'on a phone nothing is wider than the screen',
  visit(
    async ({ page }) => {
      await page.goto(await startRelease(base, { name: 'x'.repeat(90), appDeployTime: 2 }));
      await line(page, 'app-1', 'deploying').waitFor();
      const { width, scroll } = await page.evaluate(() => ({
        width: window.innerWidth,
        scroll: document.documentElement.scrollWidth,
      }));
      expect(scroll).toBeLessThanOrEqual(width);
    },
    { viewport: { width: 390, height: 844 } },
  ),
);
