// The live part of a greeting's page, followed as the page itself does: again and again, until nothing more will come.
import { setTimeout as delay } from 'node:timers/promises';

const RECONNECT_MS = 200;
const FINAL = 'event: final';

/**
 * Resolves when the page has shown how the greeting ended. Rejects only when the signal aborts.
 * @param page the address of the greeting's page
 * @param changed is told the HTML of each change
 */
export async function followPage(
  page: string,
  changed: (html: string) => void,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    // The app may be gone in the middle of a message; it says all of it again to the next stream.
    if (await readStream(page, changed, signal).catch(() => false)) return;
    await delay(RECONNECT_MS, undefined, { signal });
  }
}

/** Whether the stream came to its final message. */
async function readStream(page: string, changed: (html: string) => void, signal: AbortSignal) {
  const { body } = await fetch(`${page}/events`, { signal });
  let text = '';
  for await (const chunk of body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const messages = (text + chunk).split('\n\n');
    text = messages.pop() ?? '';
    for (const message of messages) {
      if (message.startsWith(FINAL)) return true;
      changed(message.replace(/^data: ?/gm, ''));
    }
  }
  return false;
}
