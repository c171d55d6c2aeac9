// That a soak notices what a page must never show, on made-up streams.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it, vi } from 'vitest';
import { watchPage } from './pages.ts';

let server: Server;
afterEach(() => {
  server.closeAllConnections();
  server.close();
  vi.unstubAllEnvs();
});

const step = (state: string) => `<li class="good" data-state="${state}"></li>`;
const page = (headline: string, ...states: string[]) =>
  `<h1><span>${headline}</span></h1>${states.map(step).join('')}`;
const DONE = page('Hello, Ziggy!', 'done', 'done', 'done');

/** What is wrong with a page whose streams, one after another, bring these messages; the last one is final. */
async function wrongWith(streams: string[][], seconds = 2): Promise<string[]> {
  const left = [...streams];
  server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const html of left.shift() ?? []) response.write(`data: ${html}\n\n`);
    response.end(left.length === 0 ? 'event: final\ndata:\n\n' : '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  vi.stubEnv('APP_PORT', String((server.address() as AddressInfo).port));
  const wrong: string[] = [];
  const { signal } = new AbortController();
  const soak = { signal, now: () => 0, print() {}, log() {}, wrong: (what: string) => void wrong.push(what) };
  await watchPage(soak, 'greeting-ziggy', { name: ' Ziggy ', seconds });
  return wrong;
}

it('is content with a greeting that comes step by step, over several streams', async () => {
  const first = page('Sleeping: 2 s left', 'done', 'running', 'waiting');
  expect(
    await wrongWith([[page('Looking up', 'running', 'waiting', 'waiting'), first], [first], [DONE]]),
  ).toEqual([]);
});

it('is content with two steps if the greeting does not sleep, and with no fewer', async () => {
  expect(await wrongWith([[page('Hello, Ziggy!', 'done', 'done')]], 0)).toEqual([]);
  expect(await wrongWith([[page('Hello, Ziggy!', 'done')]], 0)).toEqual([
    'greeting-ziggy: its page greeted after 1 of 2 steps',
  ]);
});

it.each([
  [
    'takes a step back',
    [page('Sleeping', 'done', 'running'), page('Sleeping', 'running', 'waiting'), DONE],
    '1 steps back',
  ],
  [
    'greets somebody else',
    [page('Hello, Zoë!', 'done', 'done', 'done'), DONE],
    'greeted somebody else: Hello, Zoë!',
  ],
  [
    'greets too early',
    [page('Hello, Ziggy!', 'done', 'running', 'waiting'), DONE],
    'greeted after 1 of 3 steps',
  ],
  ['shows nothing', ['<p>oops</p>', DONE], 'showed no headline: oops'],
  ['ends without a greeting', [page('Failed', 'failed')], 'ended with "Failed"'],
])('notices a page that %s', async (_what, messages, said) => {
  expect((await wrongWith([messages])).join('\n')).toContain(said);
});
