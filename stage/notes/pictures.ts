// Takes pictures while a rehearsal runs: after each step, the page of the greeting and its Event History in the Web UI.
import type { Browser, Page } from 'playwright-core';
import { executionUrl } from '../../hello-ip/web/web-ui.ts';
import { WORKFLOW_ID as COUNTER } from '../../volatile-vs-durable/count.ts';
import { launchChromium } from '../doctor/launch-chromium.ts';
import type { Frame } from './album.ts';
import type { Drill, DrillStep } from './pages.ts';
import type { Witness } from './rehearsal.ts';

/** Twice as sharp as needed on a small projector, and still small enough for one file. */
const VIEW = { viewport: { width: 1280, height: 720 }, deviceScaleFactor: 1.5 };
const JPEG = { type: 'jpeg', quality: 80, animations: 'disabled' } as const;
const LOAD_MS = 5000;
/** The address of one run of a Workflow, without what comes after its run id. */
const A_RUN = /(\/workflows\/[^/]+\/[0-9a-f-]{36}).*/;

/** The frames taken so far, and what takes the next ones. */
export interface Photographer extends Witness {
  frames: Frame[];
  close(): Promise<void>;
}

/** Opens a browser, which takes pictures from now on. */
export async function hirePhotographer(chromium: string, webUi: string): Promise<Photographer> {
  const browser = await launchChromium(chromium);
  const [page, history] = await Promise.all([openTab(browser), openTab(browser)]);
  const frames: Frame[] = [];
  let greeting: string | undefined;

  async function afterStep(drill: Drill, step: DrillStep, said: string[]): Promise<void> {
    greeting = said.findLast((line) => line.includes('/greetings/')) ?? greeting;
    const isOfCounters = drill.name === 'teaser';
    const workflowId = isOfCounters ? COUNTER : greeting?.split('/').at(-1);
    if (!workflowId) return;
    const frame = { drill: drill.title, step: step.title, said };
    const [ofPage, ofHistory] = await Promise.all([
      isOfCounters || !greeting ? undefined : shoot(page, greeting),
      shootHistory(history, executionUrl(webUi, 'default', workflowId)),
    ]);
    if (ofPage) frames.push({ ...frame, what: 'the page', picture: ofPage });
    if (isOfCounters) frames.push({ ...frame, what: 'the terminal' });
    frames.push({ ...frame, what: 'the Web UI', picture: ofHistory });
  }

  return { frames, afterStep, close: () => browser.close() };
}

function openTab(browser: Browser): Promise<Page> {
  return browser.newPage({ ...VIEW, colorScheme: 'light' });
}

/** A JPEG as Base64. What cannot be loaded, because it was killed, is shown as the browser shows it. */
async function shoot(tab: Page, url: string): Promise<string | undefined> {
  await tab.goto(url, { timeout: LOAD_MS }).catch(() => {});
  return photograph(tab);
}

/** None where the browser cannot take it: a rehearsal must not fail because of a picture. */
async function photograph(tab: Page): Promise<string | undefined> {
  const picture = await tab.screenshot({ ...JPEG, timeout: LOAD_MS }).catch(() => undefined);
  return picture?.toString('base64');
}

/** The Event History of a Workflow's last run, which the Web UI finds by itself, scrolled to its newest events. */
async function shootHistory(tab: Page, url: string): Promise<string | undefined> {
  try {
    await tab.goto(url, { timeout: LOAD_MS });
    await tab.waitForURL(A_RUN, { timeout: LOAD_MS });
    await tab.goto(tab.url().replace(A_RUN, '$1/history'), { timeout: LOAD_MS });
    await tab.getByText('Workflow Execution Started').first().waitFor({ timeout: LOAD_MS });
    await tab
      .getByText('Compact')
      .first()
      .evaluate((head) => head.scrollIntoView());
  } catch {
    // Shown as it is: during an outage, that is what the room would see.
  }
  return photograph(tab);
}
