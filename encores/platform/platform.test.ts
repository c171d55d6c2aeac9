// The platform over HTTP: it does each thing once, remembers it when it is killed, and refuses what it cannot read.
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { get, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createPlatform } from './platform.ts';

let folder: string;
let server: Server;
let url: string;
const printed: string[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'platform '));
  printed.length = 0;
  await start();
});
afterEach(async () => {
  await stop();
  rmSync(folder, { recursive: true });
});

async function start() {
  const options = { file: join(folder, 'platform.jsonl'), print: (line: string) => printed.push(line) };
  server = createPlatform(options).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function stop() {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
}

async function post(path: string, body: string, headers: Record<string, string> = {}) {
  const answer = await fetch(url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
  return { status: answer.status, said: await answer.json() };
}

const KEY = { 'idempotency-key': 'r/a/verify' };
const APP = JSON.stringify({ release: 'r', app: 'a' });
const deployments = async () => (await fetch(`${url}/deployments`)).json();

it('does a thing once for each key, says so each time, and knows it in its next life', async () => {
  expect(await post('/verify', APP, KEY)).toEqual({ status: 200, said: { status: 'done' } });
  expect(await post('/verify', APP, KEY)).toEqual({ status: 200, said: { status: 'done' } });
  const once = [{ release: 'r', app: 'a', provision: 0, traffic: 0, verify: 1 }];
  expect(await deployments()).toEqual(once);
  expect(printed).toEqual(Array(2).fill('{"step":"verify","release":"r","app":"a"}'));
  await stop();
  appendFileSync(join(folder, 'platform.jsonl'), '\n{"key":"half a li');
  await start();
  expect(await deployments()).toEqual(once);
  expect(await post('/verify', APP, { 'idempotency-key': 'other' })).toMatchObject({ status: 200 });
  await stop();
  await start();
  expect(await deployments()).toMatchObject([{ verify: 2 }]);
});

it('refuses an app that is to fail, and has not done it', async () => {
  const body = JSON.stringify({ release: 'r', app: 'a', fails: true });
  expect(await post('/provision', body, KEY)).toEqual({
    status: 422,
    said: { status: 422, detail: 'Simulated failure scenario' },
  });
  expect(await deployments()).toEqual([]);
});

it.each([
  ['no key', '/provision', APP, {}, 400],
  ['no app', '/provision', '{"release":"r"}', KEY, 400],
  ['no JSON', '/provision', '{', KEY, 400],
  ['something large', '/provision', JSON.stringify({ release: 'r', app: 'a'.repeat(20_000) }), KEY, 413],
  ['another path', '/explode', APP, KEY, 404],
])('%s is a problem, not a deployment', async (_, path, body, headers, status) => {
  expect(await post(path, body, headers)).toMatchObject({ status, said: { status } });
  expect(await deployments()).toEqual([]);
});

it('does not answer for a foreign host', async () => {
  const { port } = server.address() as AddressInfo;
  const request = get({ port, host: '127.0.0.1', path: '/deployments', headers: { host: 'evil.example' } });
  const [answer] = (await once(request, 'response')) as [IncomingMessage];
  expect(answer.resume().statusCode).toBe(421);
});
