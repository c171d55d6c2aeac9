// The switch between real lookups and real local servers: what passes, what is reported, what is counted.
import { once } from 'node:events';
import { request as ask, createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer, type Server } from 'node:net';
import { text } from 'node:stream/consumers';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { getIP, getLocationInfo } from '../../hello-ip/activities.ts';
import { lookup } from '../../hello-ip/support/lookup.ts';
import { type Switch, startSwitch } from './proxy.ts';

const ZIGGY = 'a'.repeat(32);
const MAJOR_TOM = 'b'.repeat(32);
const cleanUp: (() => unknown)[] = [];
let network: Switch;

beforeEach(async () => {
  delete process.env.http_proxy;
  await startNetwork({ venue: false });
});
afterEach(async () => {
  for (const clean of cleanUp.splice(0)) await clean();
});

async function startNetwork({ venue }: { venue: boolean }): Promise<void> {
  const started = await startSwitch({ port: 0, venue });
  cleanUp.push(() => started.close());
  network = started;
}

async function listen(server: Server): Promise<string> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  cleanUp.push(() => server.close());
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A lookup service; `asked` are the requests that reached it. */
async function serve(answer: RequestListener): Promise<{ host: string; asked: IncomingMessage[] }> {
  const asked: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    asked.push(request);
    answer(request, response);
  });
  cleanUp.push(() => server.closeAllConnections());
  return { host: await listen(server), asked };
}

async function closedPort(): Promise<string> {
  const server = createTcpServer();
  const host = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return host;
}

function lookUp(address: string, traceId = ZIGGY, signal?: AbortSignal): Promise<string> {
  process.env.http_proxy = network.url;
  return lookup(`http://${address}`, { wanted: 'an answer', traceId, signal });
}

/** The message that a lookup fails with, which must never give the switch away. */
async function failureOf(attempt: Promise<string>): Promise<string> {
  const { message } = await attempt.then(
    (answer) => expect.fail(`answered ${answer}`),
    (error: Error) => error,
  );
  expect(message).not.toMatch(/proxy|switch/i);
  expect(message).not.toContain(new URL(network.url).port);
  return message;
}

/** Everything that the switch answers to raw bytes, until it closes. */
async function send(...lines: string[]): Promise<string> {
  const socket = connect(Number(new URL(network.url).port), '127.0.0.1');
  socket.write([...lines, 'connection: close', '', ''].join('\r\n'));
  return text(socket);
}

test('forwards a lookup without hop-by-hop headers, and without the trace id', async () => {
  const { host, asked } = await serve((_request, response) => {
    response.writeHead(203, {
      'x-ttl': '7',
      'set-cookie': ['a=1', 'b=2'],
      connection: 'x-hop',
      'x-hop': '1',
    });
    response.end('here');
  });
  const answer = await send(
    `GET http://${host}/json/9.9.9.9?fields=city HTTP/1.1`,
    ...['host: elsewhere.example', 'user-agent: me', 'te: trailers', 'proxy-authorization: Basic c2VjcmV0'],
    ...[`traceparent: 00-${ZIGGY}-0123456789abcdef-01`, 'tracestate: a=b'],
  );
  const [{ url, headers } = expect.fail('never asked')] = asked;
  expect(url).toBe('/json/9.9.9.9?fields=city');
  expect(headers).toEqual({ host, 'user-agent': 'me', connection: 'close' });
  expect(answer).toMatch(/^HTTP\/1\.1 203 /);
  expect(answer).toMatch(/x-ttl: 7\r\nset-cookie: a=1\r\nset-cookie: b=2\r\n/);
  expect(answer).not.toMatch(/x-hop/);
  expect(answer).toMatch(/here/);
});

test('forwards HEAD', async () => {
  const { host } = await serve((_request, response) =>
    response.writeHead(200, { 'content-length': 4 }).end(),
  );
  expect(await send(`HEAD http://${host}/ HTTP/1.1`, 'host: x')).toMatch(
    /^HTTP\/1\.1 200 OK\r\ncontent-length: 4\r\n/,
  );
});

test('goes out through the proxy that its own environment names', async () => {
  const { host, asked } = await serve((_request, response) => response.end('from outside'));
  process.env.http_proxy = `http://${host}`;
  await startNetwork({ venue: false });
  expect(await lookUp('service.invalid')).toBe('from outside');
  expect(asked[0]?.url).toBe('http://service.invalid/');
  expect(asked[0]?.headers).not.toHaveProperty('traceparent');
});

test('reports an unresolvable name and a closed port by host and reason, within 1 s', async () => {
  const since = Date.now();
  expect(await failureOf(lookUp('nowhere.invalid'))).toBe('nowhere.invalid could not be found.');
  const closed = await closedPort();
  expect(await failureOf(lookUp(closed))).toBe(`${closed} refused the connection.`);
  expect(Date.now() - since).toBeLessThan(1_000);
});

test.each<[kind: string, answer: RequestListener, words: string]>([
  [
    'a reset',
    (request) => request.socket.resetAndDestroy(),
    'closed the connection before the answer was complete.',
  ],
  [
    'half an answer',
    (_request, response) => {
      response.writeHead(200, { 'content-length': 100 });
      response.write('half', () => response.destroy());
    },
    'closed the connection before the answer was complete.',
  ],
  ['no HTTP', (request) => request.socket.end('220 mail\r\n'), 'answered with something that is not HTTP.'],
  [
    'a redirect',
    (_request, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
    'answered 302 Found (a redirect: perhaps the sign-in page of a captive portal).',
  ],
])('%s from the service reaches the lookup as such', async (_kind, answer, words) => {
  const { host } = await serve(answer);
  expect(await failureOf(lookUp(host))).toBe(`${host} ${words}`);
});

test('a client that disconnects ends its request to the service', async () => {
  let upstreamClosed: Promise<unknown> = Promise.reject(new Error('never asked'));
  upstreamClosed.catch(() => undefined);
  const { host } = await serve((_request, response) => {
    upstreamClosed = once(response, 'close');
    response.write('x');
  });
  const client = ask({ port: new URL(network.url).port, path: `http://${host}/` }).end();
  await once(client, 'response');
  client.on('error', () => undefined).destroy();
  await upstreamClosed;
});

test('a client that disconnects ends every request that it pipelined', async () => {
  const { host, asked } = await serve(({ url }, response) => url === '/here' && response.end('here'));
  const client = connect(Number(new URL(network.url).port), '127.0.0.1').on('error', () => undefined);
  client.write(`GET http://${host}/never HTTP/1.1\r\nhost: x\r\n\r\n`.repeat(3));
  await lookUp(`${host}/here`); // so those before it have arrived by now
  client.destroy();
  const open = () => asked.filter(({ socket }) => !socket.destroyed).map(({ url }) => url);
  await expect.poll(open).toEqual([]);
});

test('an endless answer is not read to its end', async () => {
  const { host, asked } = await serve((_request, response) => {
    const pour = () => {
      while (!response.destroyed && response.write('x'.repeat(64 * 1024)));
    };
    response.on('drain', pour);
    pour();
  });
  expect(await failureOf(lookUp(host))).toBe(`${host} answered with more than 64 KiB.`);
  await expect.poll(() => asked[0]?.socket.destroyed).toBe(true);
});

test('cut: lookups in flight lose their connection, and new ones are refused until it is restored', async () => {
  const { host, asked } = await serve((request, response) => {
    if (request.url === '/half') response.writeHead(200, { 'content-length': 100 }).write('half');
    if (request.url === '/here') response.end('here');
  });
  const broken = [failureOf(lookUp(`${host}/half`)), failureOf(lookUp(`${host}/never`))];
  await expect.poll(() => asked.length).toBe(2);
  network.cut();
  expect(network.state).toBe('cut');
  const closed = `${host} closed the connection before the answer was complete.`;
  expect(await Promise.all(broken)).toEqual([closed, closed]);
  expect(await failureOf(lookUp(`${host}/here`))).toBe(`${host} refused the connection.`);
  expect(asked).toHaveLength(2);
  network.restore();
  expect(network.state).toBe('open');
  expect(await lookUp(`${host}/here`)).toBe('here');
});

test('cut silently: no lookup gets an answer, and those in flight not even after it is restored', async () => {
  const finish: (() => void)[] = [];
  const { host, asked } = await serve((request, response) => {
    if (request.url === '/here') return response.end('here');
    if (request.url === '/half') response.write('half');
    finish.push(() => response.end('the rest'));
  });
  const patience = new AbortController();
  const hanging = [
    lookUp(`${host}/half`, ZIGGY, patience.signal),
    lookUp(`${host}/mute`, ZIGGY, patience.signal),
  ];
  await expect.poll(() => asked.length).toBe(2);
  network.cutSilently();
  expect(network.state).toBe('cut silently');
  hanging.push(lookUp(`${host}/here`, ZIGGY, patience.signal));
  await send('GET /refused-even-now HTTP/1.1', 'host: x'); // so the lookup before it has arrived by now
  await expect.poll(() => asked.every(({ socket }) => socket.destroyed)).toBe(true);
  for (const end of finish) end();
  network.restore();
  expect(await Promise.race([...hanging, lookUp(`${host}/here`)])).toBe('here');
  patience.abort('no more patience');
  expect(await Promise.allSettled(hanging)).toEqual(
    Array(3).fill({ status: 'rejected', reason: 'no more patience' }),
  );
  expect(network.lookups()).toEqual([{ traceId: ZIGGY, host, count: 3 }]);
});

test('a cut ends what a silent cut keeps waiting', async () => {
  const { host, asked } = await serve(() => undefined);
  const waiting = failureOf(lookUp(host));
  await expect.poll(() => asked.length).toBe(1);
  network.cutSilently();
  network.cut();
  expect(await waiting).toBe(`${host} closed the connection before the answer was complete.`);
});

test('counts what was let through by greeting and host, whatever the outcome', async () => {
  const { host } = await serve((_request, response) => response.end('here'));
  const closed = await closedPort();
  await lookUp(host);
  await lookUp(host);
  await lookUp(host, MAJOR_TOM);
  await failureOf(lookUp(closed));
  network.cut();
  await failureOf(lookUp(host));
  network.restore();
  await send(`GET http://${host}/ HTTP/1.1`, 'host: x', 'traceparent: who knows');
  expect(network.lookups()).toEqual([
    { traceId: ZIGGY, host, count: 2 },
    { traceId: MAJOR_TOM, host, count: 1 },
    { traceId: ZIGGY, host: closed, count: 1 },
    { traceId: '', host, count: 1 },
  ]);
});

test('forgets the oldest counts beyond 10,000', async () => {
  await startNetwork({ venue: true });
  const trace = (n: number) => n.toString(16).padStart(32, '0');
  const client = connect(Number(new URL(network.url).port), '127.0.0.1');
  for (let n = 1; n <= 10_001; n += 1) {
    const traceparent = `traceparent: 00-${trace(n)}-0123456789abcdef-01`;
    client.write(['HEAD http://icanhazip.com/ HTTP/1.1', 'host: x', traceparent, '', ''].join('\r\n'));
    await once(client, 'data');
  }
  client.destroy();
  const counted = network.lookups();
  expect(counted).toHaveLength(10_000);
  expect(counted[0]?.traceId).toBe(trace(2));
  expect(counted.at(-1)?.traceId).toBe(trace(10_001));
});

test.each([
  ['a tunnel', 405, ['CONNECT ip-api.com:80 HTTP/1.1', 'host: ip-api.com:80']],
  ['a path', 400, ['GET /json/ HTTP/1.1', 'host: ip-api.com']],
  ['https', 400, ['GET https://ip-api.com/ HTTP/1.1', 'host: ip-api.com']],
  ['no address', 400, ['GET http:// HTTP/1.1', 'host: x']],
  [
    'anything but GET and HEAD',
    405,
    ['POST http://ip-api.com/ HTTP/1.1', 'host: ip-api.com', 'content-length: 0'],
  ],
  [
    'a foreign page',
    403,
    ['GET http://ip-api.com/ HTTP/1.1', 'host: ip-api.com', 'origin: http://evil.example'],
  ],
  ['a page of our own', 403, ['GET http://ip-api.com/ HTTP/1.1', 'host: ip-api.com', 'sec-fetch-site: none']],
])('refuses %s with %i and counts nothing', async (_what, status, lines) => {
  await startNetwork({ venue: true });
  expect(await send(...lines)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  expect(network.lookups()).toEqual([]);
});

test('in venue mode the Activities find an address and its place, and no other host exists', async () => {
  await startNetwork({ venue: true });
  process.env.http_proxy = network.url;
  const activity = new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') });
  const ip: string = await activity.run(getIP);
  expect(await activity.run(getIP)).toBe(ip);
  expect(await activity.run((address: string) => getLocationInfo(address), ip)).toMatch(/^\w+, \w+, \w+/);
  const traceId = '0'.repeat(32);
  const counted = [
    { traceId, host: 'icanhazip.com', count: 2 },
    { traceId, host: 'ip-api.com', count: 1 },
  ];
  expect(network.lookups()).toEqual(counted);
  expect(await failureOf(lookUp('example.com'))).toBe('example.com could not be found.');
  network.cut();
  expect(await failureOf(activity.run(getIP))).toBe('icanhazip.com refused the connection.');
  expect(network.lookups()).toEqual(counted);
});

test('closes at once, and waiting lookups lose their connection', async () => {
  const { host, asked } = await serve(() => undefined);
  const lost = failureOf(lookUp(host));
  await expect.poll(() => asked.length).toBe(1);
  const since = Date.now();
  await network.close();
  expect(Date.now() - since).toBeLessThan(500);
  expect(await lost).toBe(`${host} closed the connection before the answer was complete.`);
  await network.close();
});

test('a port in use is an error, not a second switch', async () => {
  const port = Number(new URL(network.url).port);
  await expect(startSwitch({ port, venue: true })).rejects.toMatchObject({ code: 'EADDRINUSE' });
});
