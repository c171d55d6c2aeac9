// A stream of server-sent events over a real socket, with readers that are slow and browsers that open many.
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import express, { type Response } from 'express';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openStream, type Show } from './streams.ts';

let server: Server;
let opened: { response: Response; show: Show }[];
beforeEach(async () => {
  opened = [];
  const app = express().get('/', (request, response) => {
    opened.push({ response, show: openStream(request, response) });
  });
  server = createServer(app);
  await once(server.listen(0, '127.0.0.1'), 'listening');
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

async function open(...headers: string[]) {
  const before = opened.length;
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.write(['GET / HTTP/1.1', 'host: x', 'connection: close', ...headers, '', ''].join('\r\n'));
  await expect.poll(() => opened.length).toBe(before + 1);
  const { response, show } = opened[before] ?? expect.fail('not opened');
  return { socket, response, show };
}

it('a reader that is too slow misses frames, costs no memory, and gets the latest and the end', async () => {
  const { socket, response, show } = await open();
  let shown = 0;
  while (!response.writableNeedDrain) {
    shown += 1;
    show(`frame ${shown} ${'.'.repeat(100_000)}`, false);
  }
  const held = response.writableLength;
  for (const frame of ['missed', 'latest']) show(frame, false);
  expect(response.writableLength).toBe(held);
  const read = text(socket);
  await expect.poll(() => response.writableLength).toBe(0);
  show('Hello, Ziggy!', true);
  const messages = await read;
  expect(messages).not.toContain('missed');
  expect(messages).toMatch(/data: latest\n\n[^.]*data: Hello, Ziggy!\n\n[^.]*event: final\ndata:\n\n/);
});

it('the end also reaches a reader that was too slow for it', async () => {
  const { socket, response, show } = await open();
  while (!response.writableNeedDrain) show(`${Math.random()} ${'.'.repeat(100_000)}`, false);
  show('Hello, Ziggy!', true);
  expect(response.writableEnded).toBe(false);
  expect(await text(socket)).toMatch(/data: Hello, Ziggy!\n\n[^.]*event: final\ndata:\n\n/);
});

it('every line is sent, split at the line ends of server-sent events and at no others', async () => {
  const { socket, show } = await open();
  show('one\ntwo\r\nthree\rfour\u2028five\u2029six\u0085seven', true);
  const message = 'data: one\ndata: two\ndata: three\ndata: four\u2028five\u2029six\u0085seven\n\n';
  expect(await text(socket)).toContain(message);
});

it('what is shown after the end is not sent', async () => {
  const { socket, show } = await open();
  show('Hello, Ziggy!', true);
  show('Hello, Ziggy!', true);
  show('again', false);
  expect(await text(socket)).not.toContain('again');
});

it('beyond four streams for one browser, the oldest open one ends', async () => {
  const cookie = 'cookie: browser=00000000-0000-0000-0000-000000000000';
  const streams: Awaited<ReturnType<typeof open>>[] = [];
  while (streams.length < 6) streams.push(await open(cookie));
  const ended = () => streams.map(({ response }) => response.writableEnded);
  expect(ended()).toEqual([true, true, false, false, false, false]);
});
