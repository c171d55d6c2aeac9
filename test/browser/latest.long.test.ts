// /latest, left open on the projector: always the newest greeting, through every kill, and never reloaded.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startGreeting } from '../../hello-ip/client.ts';
import { findChromium } from '../../stage/doctor/find-chromium.ts';
import { launchChromium } from '../../stage/doctor/launch-chromium.ts';
import { seeHeadline } from '../support/chromium.ts';
import { createClient, type Kit, startKit } from '../support/kit.ts';

const executable = findChromium();
/** A second on a machine with nothing else to do. */
const SHOWN_WITHIN_MS = 3000;

let kit: Kit;
let browser: Browser;
let page: Page;
beforeAll(async () => {
  if (!executable) return;
  kit = await startKit();
  browser = await launchChromium(executable);
  page = await browser.newPage();
  await page.goto(`${kit.url}/latest`);
  await page.evaluate(() => document.body.setAttribute('data-same', 'yes'));
});
afterAll(async () => {
  await browser?.close();
  await kit?.close();
});

/** Starts a greeting as a drill does, past the form. */
async function greet(workflowId: string, seconds: number): Promise<void> {
  const client = createClient(kit.ports.server);
  const name = workflowId.replace('greeting-', '');
  await startGreeting(client, workflowId, { name, seconds }).finally(() => client.connection.close());
}

const seeId = (workflowId: string, timeout = SHOWN_WITHIN_MS) =>
  page.getByText(workflowId, { exact: true }).waitFor({ timeout });

it.skipIf(!executable)('follows the newest greeting through kills of everything', async () => {
  await seeHeadline(page, 'Nobody has been greeted yet');
  await greet('greeting-ada', 2);
  await seeId('greeting-ada');
  await seeHeadline(page, 'Hello, ada!');

  await greet('greeting-ziggy', 3600);
  await seeId('greeting-ziggy');
  await seeHeadline(page, 'Sleeping');
  await kit.kill('worker');
  await seeHeadline(page, 'No Worker is polling');
  await greet('greeting-bea', 1);
  await seeId('greeting-bea');
  await kit.start('worker');
  await seeHeadline(page, 'Hello, bea!');

  await kit.kill('server');
  await kit.start('server');
  await greet('greeting-cleo', 3600);
  await seeId('greeting-cleo', 5000);
  await kit.kill('server');
  await seeHeadline(page, 'Temporal Service away');
  await kit.start('server');
  await seeHeadline(page, 'Sleeping');

  await kit.kill('app');
  await page.locator('.lost').waitFor();
  await kit.start('app');
  await page.locator('.lost').waitFor({ state: 'hidden' });
  await greet('greeting-dora', 1);
  await seeId('greeting-dora');
  await seeHeadline(page, 'Hello, dora!');
  expect(await page.locator('body').getAttribute('data-same')).toBe('yes');
});
