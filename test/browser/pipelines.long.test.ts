// The page of a pipeline in a real browser: left open while everything under it is killed, steered by keyboard, and on a phone.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findChromium } from '../../stage/doctor/find-chromium.ts';
import { launchChromium } from '../../stage/doctor/launch-chromium.ts';
import { type Kit, startKit } from '../support/kit.ts';
import { startPipelineOver } from '../support/pipelines.ts';
import { visitor } from '../support/visit.ts';

const executable = findChromium();
const NEEDED = ['server', 'platform', 'pipelines', 'pipelines-page'] as const;

let kit: Kit;
let browser: Browser;
let base: string;
beforeAll(async () => {
  if (!executable) return;
  kit = await startKit(NEEDED);
  base = `http://127.0.0.1:${kit.ports.pipelines}`;
  browser = await launchChromium(executable);
});
afterAll(async () => {
  await browser?.close();
  await kit?.close();
});

const visit = visitor(() => ({ browser, url: base }));
const box = (page: Page, name: string, word: string) =>
  page.locator('.drawing .label', { hasText: name }).filter({ hasText: word });
const standing = (page: Page, words: string) => page.locator('#standing', { hasText: words }).waitFor();
const noLonger = (page: Page, words: string) =>
  page.locator('#standing', { hasText: words }).waitFor({ state: 'detached' });
const start = (name: string, input?: object) => startPipelineOver(base, name, input);

it.skipIf(!executable)(
  'an old tab outlives the Worker, the platform, the Temporal Service and its own app, and is never reloaded',
  visit(async ({ page }) => {
    await page.goto(await start('pipeline_simple_v1'));
    await page.evaluate(() => document.body.setAttribute('data-same', 'yes'));
    await box(page, 'svc-a', 'running').waitFor();
    await box(page, 'svc-b', 'running').waitFor();

    await kit.kill('pipelines');
    await standing(page, 'No Worker is polling.');
    await box(page, 'settle', 'running').first().waitFor();
    await kit.kill('platform');
    await kit.start('pipelines');
    await noLonger(page, 'No Worker is polling.');
    await box(page, 'provision', 'retrying').first().waitFor({ timeout: 30_000 });
    await kit.start('platform');
    await box(page, 'svc-c', 'running').waitFor({ timeout: 30_000 });

    await kit.kill('server');
    await standing(page, 'Service away.');
    await box(page, 'svc-c', 'running').waitFor();
    await kit.start('server');
    await noLonger(page, 'Service away.');

    await kit.kill('pipelines-page');
    await page.locator('.lost').waitFor();
    await kit.start('pipelines-page');
    await page.locator('.lost').waitFor({ state: 'hidden' });
    await page.locator('#head', { hasText: 'completed' }).waitFor({ timeout: 40_000 });
    expect(await page.locator('body').getAttribute('data-same')).toBe('yes');
  }),
);

it.skipIf(!executable)(
  'is paused, resumed and cancelled by keyboard; what is cut off says so',
  visit(async ({ page, complaints }) => {
    await page.goto(await start('pipeline_simple_v1'));
    await box(page, 'svc-a', 'running').waitFor();
    await page.getByRole('button', { name: 'Pause' }).focus();
    await page.keyboard.press('Enter');
    await standing(page, 'Paused.');
    await page.getByRole('button', { name: 'Resume' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Pause' }).waitFor();
    await page.locator('.steer summary', { hasText: 'Cancel' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Yes, cancel it' }).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.locator('#head', { hasText: 'cancelled' }).waitFor();
    await box(page, 'waves', 'cancelled').waitFor();
    expect(complaints).toEqual([]);
  }),
);

it.skipIf(!executable)(
  'a failure is in sight, a wave that is done is folded, and a step says what it was given and why it failed',
  visit(async ({ page, complaints }) => {
    const waves = [
      { deployments: [{ app: 'svc-a', settleSeconds: 0 }] },
      { deployments: [{ app: 'svc-b', settleSeconds: 0, fails: true }] },
    ];
    await page.goto(await start('pipeline_simple_v1', { waves }));
    await page.locator('#head', { hasText: 'Wave 2 failed' }).waitFor({ timeout: 40_000 });
    await box(page, 'svc-a', 'done').waitFor({ state: 'hidden' });
    const failed = box(page, 'verify', 'failed');
    await failed.click();
    await page
      .locator('.facts', { hasText: 'Simulated failure scenario' })
      .filter({ visible: true })
      .first()
      .waitFor();
    await page.locator('.facts dd', { hasText: '/verify' }).filter({ visible: true }).first().waitFor();
    expect(complaints).toEqual([]);
  }),
);

it.skipIf(!executable)(
  'starts a definition from its page, with the input checked, and shows on a phone what runs',
  visit(async ({ page }) => {
    await page.goto(`${base}/definitions/loop_v1`);
    await page.locator('textarea').fill('{"shares": ');
    await page.getByRole('button', { name: 'Start' }).click();
    await page.getByText('The input is not JSON').waitFor();
    expect(await page.locator('textarea').inputValue()).toBe('{"shares": ');
    await page.locator('textarea').fill('{"shares": [1, 100]}');
    await page.setViewportSize({ width: 390, height: 844 });
    await page.getByRole('button', { name: 'Start' }).click();
    await page.locator('#head', { hasText: 'completed' }).waitFor();
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(width).toBeLessThanOrEqual(390);
  }),
);
