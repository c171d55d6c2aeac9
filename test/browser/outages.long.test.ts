// Long outages of the Temporal Service, outages of the app, and a Worker back in time: the same page, never reloaded, reports them and carries on.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { findChromium } from '../../stage/doctor/find-chromium.ts';
import { launchChromium } from '../../stage/doctor/launch-chromium.ts';
import { type Kit, startKit } from '../support/kit.ts';
import { outliveApp, outliveServer, outliveWorker } from '../support/outages.ts';

const executable = findChromium();

describe.skipIf(!executable)('the same page', () => {
  let browser: Browser;
  const kits: Kit[] = [];
  beforeAll(async () => {
    browser = await launchChromium(executable ?? '');
    // One after another: three at once would still be starting when the first outage ends.
    while (kits.length < 3) kits.push(await startKit());
  });
  afterAll(async () => {
    await browser?.close();
    await Promise.all(kits.map((kit) => kit.close()));
  });

  it('outlives the Worker, killed in the timer and started again before it fires', () =>
    outliveWorker(browser, kits[0] as Kit, 'before it fires'));

  it('outlives the app, killed for 3 s', () => outliveApp(browser, kits[0] as Kit, 3));

  // Side by side, each with its own kit: nearly all of the time goes into waiting for the outage to pass.
  describe.concurrent('outlives', () => {
    it.each([
      [15, 0],
      [30, 1],
    ])('the Temporal Service, killed in the timer for %d s', (seconds, index) =>
      outliveServer(browser, kits[index] as Kit, seconds),
    );

    it('the app, killed for 40 s', () => outliveApp(browser, kits[2] as Kit, 40));
  });
});
