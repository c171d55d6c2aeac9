// A browser of one's own in front of the app, for its tests: what a page complains about fails the visit.
import type { Browser, BrowserContext, Page } from 'playwright-core';

/** The visitor's browser, and what the page has complained about so far. */
export interface Visit {
  context: BrowserContext;
  page: Page;
  complaints: string[];
}

type ContextOptions = Parameters<Browser['newContext']>[0];

/** Makes tests of visits; where the app is, is known only when the first one runs. */
export function visitor(where: () => { browser: Browser; url: string }) {
  return (work: (visit: Visit) => Promise<void>, options?: ContextOptions) => async () => {
    const { browser, url } = where();
    const context = await browser.newContext({ viewport: { width: 1280, height: 720 }, ...options });
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' && !message.text().includes('ERR_')) complaints.push(message.text());
    });
    page.on('request', (request) => {
      if (!request.url().startsWith(url)) complaints.push(`asked for ${request.url()}`);
    });
    await work({ context, page, complaints }).finally(() => context.close());
  };
}
