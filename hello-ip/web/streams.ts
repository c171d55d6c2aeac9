// Streams of server-sent events: what is sent, and how many a browser may have so that it can always load a page.
import { randomUUID } from 'node:crypto';
import type { Request, Response } from 'express';

/**
 * A browser opens at most six connections to one host, across all its tabs. Beyond these four streams the
 * oldest is ended; its page reconnects after 200 ms and takes its turn, so that any number of tabs stay live.
 */
const STREAMS_PER_BROWSER = 4;

const openStreams = new Map<string, Set<Response>>();

/** Shows this HTML from now on; after the final one the page closes the stream for good. */
export type Show = (html: string, isFinal: boolean) => void;

/** Names the browser, so that its tabs are counted together. */
export function nameBrowser(request: Request, response: Response): void {
  if (browserOf(request)) return;
  response.cookie('browser', randomUUID(), { httpOnly: true, sameSite: 'strict' });
}

/**
 * Opens a stream of server-sent events and, if this browser has too many, ends its oldest. A reader that is too
 * slow to get everything gets the latest.
 */
export function openStream(request: Request, response: Response): Show {
  begin(request, response);
  let sent = '';
  let latest = { html: '', isFinal: false };
  const send = () => {
    if (response.writableEnded || response.writableNeedDrain) return;
    const { html, isFinal } = latest;
    if (html !== sent) response.write(htmlMessage(html));
    sent = html;
    if (isFinal) response.end(FINAL_MESSAGE);
  };
  response.on('drain', send);
  return (html, isFinal) => {
    latest = { html, isFinal };
    send();
  };
}

/**
 * Opens a stream whose messages are asked for: `next` is called whenever the returned function is, or a slow reader has
 * caught up, and gives the HTML of everything that it has not given yet, with an id that the browser names when it comes
 * back; undefined if there is nothing.
 */
export function openChanges(
  request: Request,
  response: Response,
  next: () => { id: string; html: string } | undefined,
): () => void {
  begin(request, response);
  const send = () => {
    if (response.writableEnded || response.writableNeedDrain) return;
    const message = next();
    if (message) response.write(`id: ${message.id}\n${htmlMessage(message.html)}`);
  };
  response.on('drain', send);
  return send;
}

function begin(request: Request, response: Response): void {
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
  response.flushHeaders();
  const browser = browserOf(request);
  if (browser) countIn(browser, response);
}

function countIn(browser: string, response: Response): void {
  const streams = openStreams.get(browser) ?? new Set();
  openStreams.set(browser, streams.add(response));
  response.on('close', () => {
    streams.delete(response);
    if (streams.size === 0) openStreams.delete(browser);
  });
  const open = [...streams].filter(({ writableEnded }) => !writableEnded);
  if (open.length > STREAMS_PER_BROWSER) open[0]?.end();
}

/** A message for htmx to swap into the page. Server-sent events know only these line ends; `^` and `$` match more. */
function htmlMessage(html: string): string {
  const lines = html.trim().split(/\r\n|\n|\r/);
  return `${lines.map((line) => `data: ${line}`).join('\n')}\n\n`;
}

/** The message that makes the page close its stream. */
const FINAL_MESSAGE = 'event: final\ndata:\n\n';

function browserOf(request: Request): string | undefined {
  return request.headers.cookie?.match(/(?:^|; )browser=([0-9a-f-]{36})/)?.[1];
}
