// Keeps the streams of one browser few enough that it always has a connection left to load a page.
import { randomUUID } from 'node:crypto';
import type { Request, Response } from 'express';

/**
 * A browser opens at most six connections to one host, over all its tabs together. Beyond these four streams the
 * oldest ends; its page comes back in 200 ms and takes its turn, so that any number of tabs stay live.
 */
const STREAMS_PER_BROWSER = 4;

const openStreams = new Map<string, Set<Response>>();

/** Gives the browser a name of its own, by which its tabs are counted together. */
export function nameBrowser(request: Request, response: Response): void {
  if (browserOf(request)) return;
  response.cookie('browser', randomUUID(), { httpOnly: true, sameSite: 'strict' });
}

/** Opens a stream of server-sent events and, where this browser has too many, ends its oldest. */
export function openStream(request: Request, response: Response): void {
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
  response.flushHeaders();
  const browser = browserOf(request);
  if (!browser) return;
  const streams = openStreams.get(browser) ?? new Set();
  openStreams.set(browser, streams.add(response));
  response.on('close', () => {
    streams.delete(response);
    if (streams.size === 0) openStreams.delete(browser);
  });
  const [oldest] = streams;
  if (streams.size > STREAMS_PER_BROWSER) oldest?.end();
}

/** One message whose data is HTML, for htmx to swap into the page. */
export function sendHtml(response: Response, html: string): void {
  response.write(`${html.trim().replace(/^/gm, 'data: ')}\n\n`);
}

/** The message on which the page closes its stream for good. */
export function sendFinal(response: Response): void {
  response.end('event: final\ndata:\n\n');
}

function browserOf(request: Request): string | undefined {
  return request.headers.cookie?.match(/(?:^|; )browser=([0-9a-f-]{36})/)?.[1];
}
