// The Temporal Web UI labels that the notes name in bold really exist in the version that we start.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { findChromium } from '../../stage/doctor/find-chromium.ts';
import { launchChromium } from '../../stage/doctor/launch-chromium.ts';
import { ROOT } from '../../stage/settings.ts';
import { until } from '../support/harness.ts';
import { createClient, type Kit, startKit } from '../support/kit.ts';

const executable = findChromium();
/** In the list, and on the page of a finished execution and of one that is retrying. */
const PLACES = [
  '',
  'done/history',
  'done/timeline',
  'done/workers',
  'stuck/pending-activities',
  'stuck/history',
];
const FOLDER = join(ROOT, 'presenter-notes');

/** What is bold, except our own markers, which end with a colon. */
function labelsOf(markdown: string): string[] {
  return [...markdown.matchAll(/\*\*([^*]+)\*\*/g)].flatMap(([, label = '']) =>
    label.endsWith(':') ? [] : [label],
  );
}

const pages = readdirSync(FOLDER).filter((file) => file.endsWith('.md'));
const labels = new Set(pages.flatMap((file) => labelsOf(readFileSync(join(FOLDER, file), 'utf8'))));

describe.skipIf(!executable)('the Web UI', () => {
  let kit: Kit;
  let browser: Browser;
  let tabs: Page[];

  beforeAll(async () => {
    [kit, browser] = await Promise.all([startKit(), launchChromium(executable ?? '')]);
    const client = createClient(kit.ports.server);
    const start = (workflowId: string, seconds: number) =>
      client.workflow.start('getAddressFromIP', {
        workflowId,
        taskQueue: 'hello-ip',
        args: [{ name: 'Ziggy', seconds }],
      });
    const done = await start('done', 0);
    await done.result();
    await kit.ask('network', { do: 'cut' });
    const stuck = await start('stuck', 0);
    await until(async () => ((await stuck.describe()).raw.pendingActivities?.[0]?.attempt ?? 0) > 1);
    await client.connection.close();
    const ui = `http://127.0.0.1:${kit.ports.ui}/namespaces/default/workflows`;
    const context = await browser.newContext({ viewport: { width: 1600, height: 1200 } });
    tabs = await Promise.all(PLACES.map(() => context.newPage()));
    const runs: Record<string, string> = { done: done.firstExecutionRunId, stuck: stuck.firstExecutionRunId };
    const urlOf = (place: string) => ui + place.replace(/^(\w+)/, (id) => `/${id}/${runs[id]}`);
    await Promise.all(tabs.map((tab, index) => tab.goto(urlOf(PLACES[index] ?? ''))));
  });
  afterAll(async () => {
    await browser?.close();
    await kit?.close();
  });

  it.each([...labels])('has: %s', async (label) => {
    const shownBy = (tab: Page) => tab.getByText(label).locator('visible=true').count();
    await until(async () => (await Promise.all(tabs.map(shownBy))).some((count) => count > 0), 15_000);
  });
});
