// A lookup without a proxy, over real sockets: addresses, limits, and hosts that cannot be reached.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import {
  type AddressInfo,
  connect,
  createServer as createTcpServer,
  type Server,
  type Socket,
} from 'node:net';
import pTimeout from 'p-timeout';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type LookupOptions, lookup } from './lookup.ts';

const WANTED: LookupOptions = { wanted: 'an answer' };
const cleanUp: (() => unknown)[] = [];

beforeEach(() => {
  for (const name of ['http_proxy', 'HTTP_PROXY', 'no_proxy', 'NO_PROXY']) delete process.env[name];
});
afterEach(async () => {
  for (const clean of cleanUp.splice(0)) await clean();
});

async function listen(server: Server): Promise<string> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  cleanUp.push(() => server.close());
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function serve(answer: RequestListener): Promise<string> {
  return listen(createServer(answer));
}

async function closedPort(): Promise<string> {
  const server = createTcpServer();
  const host = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return host;
}

/** A port where the kernel accepts no more connections: a connect there neither succeeds nor fails (Linux). */
async function portThatHangs(): Promise<string> {
  const script = `const server = require('node:net').createServer();
    server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
      require('node:fs').writeSync(1, String(server.address().port));
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    });`;
  const child: ChildProcess = spawn(process.execPath, ['-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  cleanUp.push(() => child.kill('SIGKILL'));
  const [port] = await once(child.stdout as NodeJS.ReadableStream, 'data');
  for (let isFull = false; !isFull; ) {
    const socket: Socket = connect(Number(port), '127.0.0.1').on('error', () => undefined);
    cleanUp.push(() => socket.destroy());
    const connected = once(socket, 'connect').then(() => false);
    isFull = await pTimeout(connected, { milliseconds: 200, fallback: () => true });
  }
  return `127.0.0.1:${port}`;
}

test('answers with the text, up to 64 KiB of it', async () => {
  const host = await serve((_request, response) => response.end('x'.repeat(64 * 1024)));
  expect(await lookup(`http://${host}`, WANTED)).toHaveLength(64 * 1024);
  const tooMuch = await serve((_request, response) => response.end('x'.repeat(64 * 1024 + 1)));
  await expect(lookup(`http://${tooMuch}`, WANTED)).rejects.toThrow(
    `${tooMuch} answered with more than 64 KiB.`,
  );
});

test('asks once, and sends a trace id only if there is one', async () => {
  const seen: (string | undefined)[] = [];
  const host = await serve((request, response) => {
    seen.push(request.headers.traceparent as string | undefined);
    response.end('here');
  });
  await lookup(`http://${host}`, WANTED);
  await lookup(`http://${host}`, { ...WANTED, traceId: 'a'.repeat(32) });
  expect(seen).toEqual([undefined, expect.stringMatching(/^00-a{32}-[\da-f]{16}-01$/)]);
});

test('bypasses a proxy where no_proxy says so', async () => {
  process.env.http_proxy = `http://${await closedPort()}`;
  process.env.no_proxy = '127.0.0.1';
  const host = await serve((_request, response) => response.end('here'));
  expect(await lookup(`http://${host}`, WANTED)).toBe('here');
});

test.each(['ttp://ip-api.com/json/203.0.113.7', 'https://ip-api.com', 'ip-api.com', 'http://', ''])(
  '"%s" is not an http address, which may be fixed and retried',
  async (url) => {
    await expect(lookup(url, WANTED)).rejects.toMatchObject({
      message: `"${url}" is not an http address.`,
      nonRetryable: false,
    });
  },
);

test('a name that does not resolve and a closed port are told apart', async () => {
  await expect(lookup('http://nowhere.invalid/', WANTED)).rejects.toThrow(
    'nowhere.invalid could not be found.',
  );
  const host = await closedPort();
  await expect(lookup(`http://${host}/`, WANTED)).rejects.toThrow(`${host} refused the connection.`);
});

test('ends at once with the reason of its signal, and asks nothing once that is aborted', async () => {
  const reason = new Error('never mind');
  const ending = new AbortController();
  let asked = 0;
  const host = await serve(() => {
    asked += 1;
    ending.abort(reason);
  });
  await expect(lookup(`http://${host}`, { ...WANTED, signal: ending.signal })).rejects.toBe(reason);
  await expect(lookup(`http://${host}`, { ...WANTED, signal: ending.signal })).rejects.toBe(reason);
  expect(asked).toBe(1);
});

test.runIf(process.platform === 'linux')('ends at once even while connecting', async () => {
  const host = await portThatHangs();
  const since = Date.now();
  const signal = AbortSignal.timeout(100);
  await expect(lookup(`http://${host}`, { ...WANTED, signal })).rejects.toMatchObject({
    name: 'TimeoutError',
  });
  expect(Date.now() - since).toBeLessThan(1_000);
});
