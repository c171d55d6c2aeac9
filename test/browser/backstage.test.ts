// The presenter's page in a real Chromium: a clicker, a thumb that must hold, two windows in step, and a reload in the middle.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium } from '../../stage/doctor/find-chromium.ts';
import { launchChromium } from '../../stage/doctor/launch-chromium.ts';
import { cleanUp, isThere, type Program, run, startStage, until } from '../support/harness.ts';

const executable = findChromium();
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

let stage: Program;
let backstage: Program;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  if (!executable) return;
  [stage, browser] = await Promise.all([startStage(), launchChromium(executable)]);
  const { folder, ports } = stage;
  backstage = await run('stage/commands/backstage.ts', ['30'], { folder, ports, typed: true });
  const [, url = ''] = await backstage.untilSaid(/Backstage: (http:\S+)/);
  const context = await browser.newContext({ ...PHONE, colorScheme: 'dark' });
  page = await context.newPage();
  page.setDefaultTimeout(20_000);
  await page.goto(url);
  await page.locator('#next').waitFor();
});
afterAll(async () => {
  await browser?.close();
  await cleanUp();
});

const where = (on = page) => on.locator('.where span').innerText();
const isAt = (step: string, on = page) => on.locator('.where span', { hasText: step }).waitFor();

const isSwitched = (name: string, word: string) =>
  page.locator(`[data-switch=${name}] .word`, { hasText: word }).waitFor();

async function goTo(title: string): Promise<void> {
  await page.getByRole('button', { name: 'Go to' }).tap();
  await page.locator('.drills button', { hasText: title }).tap();
  await page.locator('.where b', { hasText: title }).waitFor();
}

/** Presses a switch for so long. */
async function hold(name: string, ms: number): Promise<void> {
  await page.locator(`[data-switch=${name}]`).hover();
  await page.mouse.down();
  await page.waitForTimeout(ms);
  await page.mouse.up();
}

describe.skipIf(!executable)('backstage', () => {
  it('keeps no code in the address, and fits on a phone with every button in reach', async () => {
    expect(new URL(page.url()).hash).toBe('');
    const sizes = await page.evaluate(() => [
      document.documentElement.scrollWidth,
      document.documentElement.scrollHeight,
    ]);
    expect(sizes).toEqual([390, 844]);
    for (const name of ['Back', 'Repeat', 'Skip', 'Go to'])
      await page.getByRole('button', { name }).waitFor();
    const reach = await page.evaluate(() =>
      ['#next', '[data-switch=worker]', '[data-switch=bug]'].map((button) => {
        const { top, bottom } = document.querySelector(button)?.getBoundingClientRect() ?? new DOMRect();
        return bottom - top >= 44 && top > 0 && bottom <= innerHeight;
      }),
    );
    expect(reach).toEqual([true, true, true]);
  });

  it('walks a drill with a clicker: the commands run, and their proof is shown', async () => {
    await goTo('Demo 1');
    await page.keyboard.press('PageDown');
    await page.locator('.proofs li[data-state=done]', { hasText: 'greeting' }).first().waitFor();
    await page.locator('#next:enabled').waitFor();
    const at = await where();
    await page.keyboard.press('PageUp');
    await page.locator('.proofs').waitFor({ state: 'detached' });
    expect(await where()).toBe(at);
    expect(await page.locator('.strip').innerText()).toContain('venue mode');
  });

  it('kills nothing by a touch, and kills the Worker when the switch is held; held again, it starts one', async () => {
    const before = stage.pidOf('worker');
    await hold('worker', 200);
    await page.locator('[data-switch=worker][data-to=broken]').waitFor();
    expect(isThere(before)).toBe(true);
    await hold('worker', 700);
    await isSwitched('worker', 'none');
    expect(isThere(before)).toBe(false);
    await hold('worker', 700);
    await isSwitched('worker', 'up');
    expect(isThere(stage.pidOf('worker'))).toBe(true);
  });

  it('takes a press that is just being made when the page changes under it', async () => {
    await goTo('Demo 3');
    await page.getByRole('button', { name: 'Skip' }).hover();
    await page.mouse.down();
    // A second in which the page is sent anew.
    await page.waitForResponse(() => true, { timeout: 1500 }).catch(() => {});
    await page.mouse.up();
    await isAt('step 2 of 6');
  });

  it('shows what is broken by others: a network that is cut in a terminal', async () => {
    const { folder, ports } = stage;
    const cut = await run('stage/commands/stage.ts', ['cut', 'network'], { folder, ports });
    await cut.ended();
    await isSwitched('network', 'cut');
    await hold('network', 700);
    await isSwitched('network', 'up');
  });

  it('stays in step with a second window, and outlives a reload and the death of the Temporal Service', async () => {
    await goTo('Demo 3');
    const second = await page.context().newPage();
    await second.goto(page.url());
    await isAt('step 1 of 6', second);
    await page.getByRole('button', { name: 'Skip' }).tap();
    await isAt('step 2 of 6', second);
    await second.reload();
    await isAt('step 2 of 6', second);
    await hold('server', 700);
    await isSwitched('server', 'none');
    await second.getByRole('button', { name: 'Skip' }).tap();
    await isAt('step 3 of 6');
    await second.close();
    await hold('server', 700);
    await isSwitched('server', 'up');
  });

  it('lets a newer window in by a newer code, and the older one is out', async () => {
    backstage.type('');
    const [, url = ''] = await backstage.untilSaid(/Backstage: (http:\S+)/);
    const context = await browser.newContext(PHONE);
    const newer = await context.newPage();
    await newer.goto(url);
    await newer.locator('#next').waitFor();
    await page.getByRole('heading', { name: 'Backstage' }).waitFor();
    await context.close();
  });

  it('mends what it broke when it leaves', async () => {
    backstage.type('');
    const [, url = ''] = await backstage.untilSaid(/Backstage: (http:\S+)/);
    await page.goto(url);
    await page.reload();
    await page.locator('#next').waitFor();
    await hold('worker', 700);
    await isSwitched('worker', 'none');
    expect((await backstage.leave('SIGINT')).code).toBe(130);
    expect(backstage.output()).toMatch(/Repairing what backstage broke before leaving:\n {2}worker ready/);
    await until(() => isThere(stage.pidOf('worker')));
    await page.locator('#said', { hasText: 'Backstage does not answer' }).waitFor();
  });
});
