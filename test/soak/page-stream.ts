// The live part of a greeting's page, followed as the page itself does: reconnecting until nothing more will come.
import { setTimeout as delay } from 'node:timers/promises';
import { EventSourceParserStream } from 'eventsource-parser/stream';

const RECONNECT_MS = 200;

/**
 * Resolves when the page has shown how the greeting ended. Rejects only when the signal aborts.
 * @param page the address of the greeting's page
 * @param changed is called with the HTML of each change
 */
export async function followPage(
  page: string,
  changed: (html: string) => void,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    // The app may die in the middle of a message; the next stream gets all of it again.
    if (await readStream(page, changed, signal).catch(() => false)) return;
    await delay(RECONNECT_MS, undefined, { signal });
  }
}

/** Whether the stream reached its final message. */
async function readStream(page: string, changed: (html: string) => void, signal: AbortSignal) {
  const { body } = await fetch(`${page}/events`, { signal });
  const messages = body?.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream());
  for await (const { event, data } of messages ?? []) {
    if (event === 'final') return true;
    changed(data);
  }
  return false;
}
