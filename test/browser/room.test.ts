// The room in a real Chromium: a phone that joins and a wall on the projector, while the Worker is killed.
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLOSED, roomFile } from '../../hello-ip/web/room/state.ts';
import { findChromium } from '../../stage/doctor/find-chromium.ts';
import { launchChromium } from '../../stage/doctor/launch-chromium.ts';
import { roomPath } from '../../stage/processes/room-path.ts';
import { cleanUp, type Program, startStage } from '../support/harness.ts';
import { say, useStage } from '../support/verbs.ts';

const executable = findChromium();
const PROJECTOR = { width: 1280, height: 720 };
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

/** The smallest text on a projector, and on a phone. Pixels. */
const SMALLEST = { projector: 24, phone: 17 };

let stage: Program;
let browser: Browser;
/** How many are on the wall. */
let there = 0;
const url = () => `http://127.0.0.1:${stage.ports.APP_PORT}`;

beforeAll(async () => {
  if (!executable) return;
  [stage, browser] = await Promise.all([startStage(), launchChromium(executable)]);
  useStage(stage);
  // Without an address for others: where there is none, the way in still is.
  roomFile(roomPath(stage.folder)).change({ ...CLOSED, open: true, since: Date.now(), seconds: 3 });
});
afterAll(async () => {
  await browser?.close();
  await cleanUp();
});

/** Runs in the page: what is smaller than that, cut off at the right, or too wide. */
function tooSmall(smallest: number): string[] {
  const texts = [...document.querySelectorAll<HTMLElement>('main *')].filter(
    (element) =>
      [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim()) &&
      element.checkVisibility({ opacityProperty: true }) &&
      element.getBoundingClientRect().width > 2,
  );
  const scale = (element: HTMLElement) => {
    const svg = element.closest('svg');
    return svg ? svg.getBoundingClientRect().width / svg.viewBox.baseVal.width : 1;
  };
  const small = texts.filter(
    (element) => Number.parseFloat(getComputedStyle(element).fontSize) * scale(element) < smallest - 0.6,
  );
  const wide =
    document.documentElement.scrollWidth > innerWidth
      ? [`the page is ${document.documentElement.scrollWidth} px wide`]
      : [];
  return [...small.map((element) => `"${element.textContent?.trim()}" is too small`), ...wide];
}

async function openPhone(scheme: 'light' | 'dark'): Promise<{ context: BrowserContext; page: Page }> {
  const context = await browser.newContext({ ...PHONE, colorScheme: scheme });
  return { context, page: await context.newPage() };
}

async function joinAs(page: Page, name: string): Promise<void> {
  await page.goto(`${url()}/join`);
  await page.getByLabel('Enter your name').fill(name);
  await page.getByRole('button', { name: 'Get Greeting' }).tap();
  await page.waitForURL(/\/join\/room-/);
}

const headline = (page: Page, words: string) => page.getByRole('heading', { name: words }).waitFor();

describe.skipIf(!executable)('the room', () => {
  it('shows on the wall who joins with a phone; both see the kill, and both see that nothing was lost', async () => {
    const wall = await browser.newPage({ viewport: PROJECTOR, colorScheme: 'dark' });
    await wall.goto(`${url()}/wall`);
    await headline(wall, 'Who is here?');
    const phones = await Promise.all([openPhone('light'), openPhone('dark')]);
    expect(await Promise.all(phones.map(({ page }) => page.goto(`${url()}/join`)))).toHaveLength(2);
    expect(await phones[0]?.page.evaluate(tooSmall, SMALLEST.phone)).toEqual([]);
    for (const [index, { page }] of phones.entries()) await joinAs(page, index === 0 ? 'Priya' : 'Zoë');
    await wall.locator('.tile', { hasText: 'Zoë' }).waitFor();

    await say('kill', 'worker');
    for (const { page } of phones) await headline(page, 'No Worker is there. Yours waits.');
    await headline(wall, 'No Worker is polling');
    await wall.locator('.tile[data-state=paused]').nth(1).waitFor();
    expect(await wall.locator('.count').allInnerTexts()).toEqual(['0\ngreeted', '2\nin flight', '0\nlost']);
    expect(await wall.locator('.foot').innerHTML()).toContain('Worker killed, 2 in flight');
    for (const { page } of phones) expect(await page.evaluate(tooSmall, SMALLEST.phone)).toEqual([]);
    expect(await wall.evaluate(tooSmall, SMALLEST.projector)).toEqual([]);

    await say('start', 'worker');
    await headline(wall, 'Everybody is greeted');
    await headline(phones[0]?.page as Page, 'Hello, Priya!');
    await headline(phones[1]?.page as Page, 'Hello, Zoë!');
    expect(await phones[1]?.page.locator('.card.good').innerText()).toMatch(/^survived/);
    await phones[0]?.page.reload();
    await headline(phones[0]?.page as Page, 'Hello, Priya!');
    for (const { context } of phones) await context.close();
    await wall.close();
  });

  it('outlives on the wall, without a reload, the Temporal Service and the app', async () => {
    const wall = await browser.newPage({ viewport: PROJECTOR });
    await wall.goto(`${url()}/wall`);
    await headline(wall, 'Everybody is greeted');
    await say('kill', 'server');
    await headline(wall, 'Temporal Service away');
    expect(await wall.locator('.tile[data-state=done]').count()).toBe(2);
    await say('start', 'server');
    await headline(wall, 'Everybody is greeted');
    await say('kill', 'app');
    await wall.locator('.lost').waitFor();
    await say('start', 'app');
    await wall.locator('.lost').waitFor({ state: 'hidden' });
    expect(await wall.locator('.tile[data-state=done]').count()).toBe(2);
    await wall.close();
  });

  it('lets the presenter hide a name by a click, and all names by a button', async () => {
    const wall = await browser.newPage({ viewport: PROJECTOR });
    await wall.goto(`${url()}/wall`);
    await wall.locator('.tile', { hasText: 'Zoë' }).click();
    await wall.locator('.tile', { hasText: '•••' }).waitFor();
    expect(await wall.locator('.tile .name').allInnerTexts()).toEqual(['Priya', '•••']);
    await wall.getByRole('button', { name: 'Hide names' }).focus();
    await wall.keyboard.press('Enter');
    await wall.getByRole('button', { name: 'Show names' }).waitFor();
    expect(await wall.locator('.tile .name').allInnerTexts()).toEqual(['•••', '•••']);
    await wall.close();
  });

  it.each([20, 55, 75])(
    'fits on the wall with about %i greetings, in type that the last row can read',
    async (count) => {
      if (there === 0) await say('room', 'clear');
      await say('room', 'sleep', '0');
      await say('room', 'simulate', String(count - there));
      there = count;
      const wall = await browser.newPage({ viewport: PROJECTOR, colorScheme: 'dark' });
      await wall.goto(`${url()}/wall`);
      await headline(wall, 'Everybody is greeted');
      expect(await wall.locator('.tile').count()).toBe(count);
      expect(await wall.evaluate(tooSmall, SMALLEST.projector)).toEqual([]);
      const lowest = (await wall.locator('.tile').last().boundingBox()) ?? { y: 0, height: 0 };
      const foot = (await wall.locator('.foot').boundingBox())?.y ?? 0;
      expect(lowest.y + lowest.height).toBeLessThanOrEqual(foot + 1);
      expect(await wall.evaluate(() => document.documentElement.scrollHeight)).toBeLessThanOrEqual(
        PROJECTOR.height,
      );
      await wall.close();
    },
  );

  it('is closed until it is opened', async () => {
    await say('close', 'room');
    const { context, page } = await openPhone('light');
    await page.goto(`${url()}/join`);
    await headline(page, 'The room is not open');
    await context.close();
  });
});
