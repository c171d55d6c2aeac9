// The built deck in a real Chromium: served from a plain file server under a sub-path, walked slide by slide, click by click.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { ROOT } from '../../stage/settings.ts';

/** Where the build is, and under which path it is served; nothing may depend on it. */
export const DIST = join(ROOT, 'slides', 'dist');
/** The same deck, light. */
export const DIST_LIGHT = join(ROOT, 'slides', 'dist-light');
/** The encores, whose own slides are measured in one theme: their colours are the talk's. */
export const DIST_ENCORES = join(ROOT, 'slides', 'dist-encores');
const SUB_PATH = '/talk/';
/** A slide where the key does nothing for this long is the last. */
const LAST_SLIDE_MS = 1500;
export const CANVAS = { width: 1280, height: 720 };

const TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** A deck that is being served. */
export interface ServedDeck {
  url: string;
  close(): void;
}

/** Serves the built deck, as any file server would. */
export async function serveDeck(folder = DIST): Promise<ServedDeck> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '', 'http://deck');
    const path = normalize(pathname.slice(SUB_PATH.length) || 'index.html');
    try {
      if (!pathname.startsWith(SUB_PATH) || path.startsWith('..')) throw new Error('outside');
      const body = readFileSync(join(folder, path));
      response
        .writeHead(200, { 'content-type': TYPES[extname(path)] ?? 'application/octet-stream' })
        .end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}${SUB_PATH}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** One slide in one click state, as shown. */
export interface Shown {
  slide: number;
  click: number;
  page: Page;
}

/** The deck in a browser. */
export interface OpenDeck {
  context: BrowserContext;
  /** Every address that was requested. */
  requests: string[];
  /** What the console complained about. */
  errors: string[];
  /** Presses the right arrow until the end, and calls back for every slide in every click state. */
  walk(visit: (shown: Shown) => Promise<void>): Promise<void>;
}

/** Opens the first slide. */
export async function openDeck(browser: Browser, url: string): Promise<OpenDeck> {
  const context = await browser.newContext({ viewport: CANVAS, reducedMotion: 'reduce' });
  const page = await context.newPage();
  const requests: string[] = [];
  const errors: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type()))
      errors.push(`${message.text()} ${message.location().url}`);
  });
  page.on('pageerror', (error) => errors.push(String(error)));
  await page.goto(`${url}#/1`);
  await page.locator('.slidev-page-1').waitFor();

  async function walk(visit: (shown: Shown) => Promise<void>): Promise<void> {
    for (;;) {
      const at = page.url();
      const { slide, click } = placeOf(at);
      await page.locator(`.slidev-page-${slide}`).waitFor();
      await page.evaluate(settled);
      await visit({ slide, click, page });
      await page.keyboard.press('ArrowRight');
      const moved = page.waitForURL((next) => next.href !== at, { timeout: LAST_SLIDE_MS });
      if (
        !(await moved.then(
          () => true,
          () => false,
        ))
      )
        return;
    }
  }

  return { context, requests, errors, walk };
}

function placeOf(url: string): { slide: number; click: number } {
  const [, slide, click] = /#\/(\d+)(?:\?.*clicks=(\d+))?/.exec(url) ?? [];
  return { slide: Number(slide), click: Number(click ?? 0) };
}

/** Resolves when nothing moves any more: fonts loaded, animations over, and a few frames for what follows from them. */
async function settled(): Promise<void> {
  await document.fonts.ready;
  for (let frames = 0; frames < 4; frames += 1) {
    await Promise.allSettled(document.getAnimations().map(({ finished }) => finished));
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
}
