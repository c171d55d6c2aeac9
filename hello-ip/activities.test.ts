// The Activities against every kind of answer, good and bad; a local proxy plays the two services.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setInterval } from 'node:timers/promises';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { getIP, getLocationInfo } from './activities.ts';

const RUN_ID = '0192d0a5-58c3-7ea1-9d0f-3b1c2a4d5e6f';
const OSLO = { status: 'success', city: 'Oslo', regionName: 'Oslo County', country: 'Norway' };

const answers: Record<string, RequestListener> = {};
const asked: IncomingMessage[] = [];
const proxy = createServer((request, response) => {
  asked.push(request);
  answers[new URL(request.url as string).host]?.(request, response);
});

beforeAll(async () => {
  await once(proxy.listen(0, '127.0.0.1'), 'listening');
  process.env.http_proxy = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  process.env.no_proxy = '';
});
afterAll(() => {
  proxy.close();
  proxy.closeAllConnections();
});

function activity() {
  const workflowExecution = { workflowId: 'greeting-ziggy-4f2a', runId: RUN_ID };
  return new MockActivityEnvironment({ workflowExecution }, { logger: new DefaultLogger('ERROR') });
}

function ipFrom(answer: RequestListener): Promise<string> {
  answers['icanhazip.com'] = answer;
  return activity().run(getIP);
}

function locationFrom(answer: RequestListener, ip = '9.9.9.9'): Promise<string> {
  answers['ip-api.com'] = answer;
  return activity().run(getLocationInfo, ip);
}

function says(body: string | Buffer, status = 200, headers: Record<string, string> = {}): RequestListener {
  return (_request, response) =>
    response.writeHead(status, { 'content-type': 'text/plain', ...headers }).end(body);
}

function saysPlace(fields: object): RequestListener {
  return says(JSON.stringify({ ...OSLO, ...fields }), 200, {
    'content-type': 'application/json; charset=utf-8',
  });
}

function breaksOff(how: (response: ServerResponse) => void, length?: number): RequestListener {
  return (_request, response) => {
    response.writeHead(200, length ? { 'content-length': length } : {});
    response.write('1.2.3', () => how(response));
  };
}

async function failure(attempt: Promise<string>): Promise<ApplicationFailure> {
  const error = await attempt.then(
    (result) => expect.fail(`succeeded with ${result}`),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ApplicationFailure);
  const { message } = error as ApplicationFailure;
  expect(message).not.toMatch(/127\.0\.0\.1|localhost|proxy|switch/i);
  expect(message).not.toContain(new URL(process.env.http_proxy as string).port);
  return error as ApplicationFailure;
}

describe('getIP', () => {
  test('is the address that icanhazip.com answers with, IPv4 or IPv6', async () => {
    expect(await ipFrom(says('9.9.9.9\n'))).toBe('9.9.9.9');
    expect(asked.at(-1)?.url).toBe('http://icanhazip.com/');
    expect(await ipFrom(says('2001:67c:10ec:5744:8000::626\n'))).toBe('2001:67c:10ec:5744:8000::626');
  });

  test('sends the run id as its trace id', async () => {
    await ipFrom(says('9.9.9.9\n'));
    expect(asked.at(-1)?.headers.traceparent).toMatch(/^00-0192d0a558c37ea19d0f3b1c2a4d5e6f-[\da-f]{16}-01$/);
  });

  const html = { 'content-type': 'text/html; charset=utf-8' };
  const webPage =
    'icanhazip.com answered with a web page, not an IP address: is there a sign-in page on this network?';
  const brokenOff = 'icanhazip.com closed the connection before the answer was complete.';
  const noAddress = 'icanhazip.com did not answer with an IP address: the answer is something else.';
  test.each<[kind: string, answer: RequestListener, message: string]>([
    ['a web page', says('<!doctype html><h1>Welcome to Hotel Wi-Fi</h1>', 200, html), webPage],
    ['a web page that says it is text', says('<html><body>Sign in</body></html>'), webPage],
    ['a web page of 10 MB', says(Buffer.alloc(10_000_000, '<p>'), 200, html), webPage],
    ['nothing', says(''), 'icanhazip.com gave an empty answer.'],
    ['white space', says(' \n'), 'icanhazip.com gave an empty answer.'],
    ['204', says('', 204), 'icanhazip.com gave an empty answer.'],
    [
      '301',
      says('', 301, { location: 'http://sign-in.example/' }),
      'icanhazip.com answered 301 Moved Permanently (a redirect: perhaps the sign-in page of a captive portal).',
    ],
    ['404', says('gone', 404), 'icanhazip.com answered 404 Not Found.'],
    ['500', says('<h1>oops</h1>', 500, html), 'icanhazip.com answered 500 Internal Server Error.'],
    ['an unknown status', says('', 599), 'icanhazip.com answered 599.'],
    ['429', says('', 429), 'icanhazip.com is asking us to slow down (429).'],
    ['10 MB', says(Buffer.alloc(10_000_000, '1')), 'icanhazip.com answered with more than 64 KiB.'],
    ['no address', says('it is 9.9.9.9'), noAddress],
    ['two addresses', says('9.9.9.9\n1.1.1.1\n'), noAddress],
    ['an impossible address', says('999.9.9.9'), noAddress],
    [
      'broken UTF-8',
      says(Buffer.from([0x39, 0xff, 0xfe])),
      'icanhazip.com answered with text that is not valid UTF-8.',
    ],
    ['half an answer', breaksOff((response) => response.socket?.end(), 100), brokenOff],
    ['half an answer in chunks', breaksOff((response) => response.socket?.end()), brokenOff],
    ['a reset in the middle', breaksOff((response) => response.socket?.resetAndDestroy(), 100), brokenOff],
    ['an immediate reset', (request) => request.socket.resetAndDestroy(), brokenOff],
    [
      'no HTTP at all',
      (request) => request.socket.end('SSH-2.0-OpenSSH_9.6\r\n'),
      'icanhazip.com answered with something that is not HTTP.',
    ],
  ])('%s: fails, can be retried, and says why', async (_kind, answer, message) => {
    const failed = await failure(ipFrom(answer));
    expect(failed.message).toBe(message);
    expect(failed).toMatchObject({ type: 'LookupFailed', nonRetryable: false, nextRetryDelay: undefined });
  });

  test.each([
    ['dns_error', 'could not be found.'],
    ['connection_refused', 'refused the connection.'],
    ['connection_timeout', 'did not answer.'],
    ['connection_terminated', 'closed the connection before the answer was complete.'],
    ['destination_ip_unroutable', 'cannot be reached from this network.'],
    ['proxy_internal_error', 'could not be reached.'],
  ])('a proxy that reports %s reads like the direct failure', async (error, words) => {
    const failed = await failure(
      ipFrom(says('', 502, { 'proxy-status': `some.example; error=${error}; details="x"` })),
    );
    expect(failed.message).toBe(`icanhazip.com ${words}`);
  });
});

describe('getLocationInfo', () => {
  test.each<[kind: string, fields: object, location: string]>([
    ['all is known', {}, 'Oslo, Oslo County, Norway'],
    ['the region is empty', { regionName: ' ' }, 'Oslo, Norway'],
    ['only the country is there', { city: undefined, regionName: undefined }, 'Norway'],
    ['there is markup in it', { city: '<b>Oslo</b>' }, '<b>Oslo</b>, Oslo County, Norway'],
    ['it is not Latin', { city: 'أوسلو' }, 'أوسلو, Oslo County, Norway'],
  ])('is City, Region, Country as far as they are known: %s', async (_kind, fields, location) => {
    expect(await locationFrom(saysPlace(fields))).toBe(location);
    expect(asked.at(-1)?.url).toBe('http://ip-api.com/json/9.9.9.9');
  });

  test('takes an IPv6 address', async () => {
    expect(await locationFrom(saysPlace({}), '2620:fe::9')).toBe('Oslo, Oslo County, Norway');
    expect(asked.at(-1)?.url).toBe('http://ip-api.com/json/2620:fe::9');
  });

  test.each<[kind: string, answer: RequestListener, reason: string]>([
    [
      'a city of 5,000 characters',
      saysPlace({ city: 'x'.repeat(5000) }),
      'city is longer than 100 characters',
    ],
    ['a city that is a number', saysPlace({ city: 7 }), 'city is not text'],
    [
      'a country that ends early',
      saysPlace({ country: 'Nor\0way' }),
      'country has characters that are not text',
    ],
    [
      'a country in a colour of its own',
      saysPlace({ country: '\u001b[31mNorway' }),
      'country has characters that are not text',
    ],
    [
      'a region of two lines',
      saysPlace({ regionName: 'a\u2028b' }),
      'regionName has characters that are not text',
    ],
    [
      'a city that reads backwards',
      saysPlace({ city: '\u202eolsO' }),
      'city has characters that are not text',
    ],
    ['half of an emoji', saysPlace({ city: '\ud83e' }), 'city has characters that are not text'],
    [
      'a failure of several lines',
      says(JSON.stringify({ status: 'fail', message: 'private range\nGreeted!' })),
      'message has characters that are not text',
    ],
    ['no place at all', says('{"status":"success"}'), 'the answer names no city and no country'],
    ['no status', says('{"city":"Oslo"}'), 'status is neither success nor fail'],
    ['no object', says('null'), 'the answer is neither success nor fail'],
    ['no JSON', says('Oslo'), 'the answer is not JSON'],
    ['half of the JSON', says('{"status":"succ'), 'the answer is not JSON'],
  ])('%s: fails, can be retried, and says why', async (_kind, answer, reason) => {
    const failed = await failure(locationFrom(answer));
    expect(failed.message).toBe(`ip-api.com did not answer with a location: ${reason}.`);
    expect(failed).toMatchObject({ type: 'LookupFailed', nonRetryable: false });
  });

  test.each<[reason: string, isHopeless: boolean]>([
    ['private range', true],
    ['reserved range', true],
    ['invalid query', true],
    ['our database is on fire', false],
  ])('status fail, %s: never retried is %s', async (reason, isHopeless) => {
    const failed = await failure(
      locationFrom(says(JSON.stringify({ status: 'fail', message: reason })), '10.0.0.1'),
    );
    expect(failed.message).toBe(`ip-api.com has no location for 10.0.0.1: ${reason}.`);
    expect(failed.nonRetryable).toBe(isHopeless);
  });

  test.each([
    ['30', 30_000],
    ['0', 1_000],
    ['61', 60_000],
    ['99999999999', undefined],
    ['-5', undefined],
    ['soon', undefined],
  ])('429 with X-Ttl %s: the next attempt after %s ms', async (ttl, nextRetryDelay) => {
    const failed = await failure(locationFrom(says('', 429, { 'x-ttl': ttl })));
    expect(failed.message).toBe('ip-api.com is asking us to slow down (429).');
    expect(failed).toMatchObject({ nonRetryable: false, nextRetryDelay });
  });
});

test('a service that never answers, and one that sends a byte a second, fail after 4 s', async () => {
  const since = Date.now();
  const [never, drop] = await Promise.all([
    failure(ipFrom(() => undefined)),
    failure(
      locationFrom(async (_request, response) => {
        for await (const _ of setInterval(1_000)) if (response.destroyed || !response.write('x')) return;
      }),
    ),
  ]);
  expect(never.message).toBe('icanhazip.com did not answer within 4 s.');
  expect(drop.message).toBe('ip-api.com did not answer within 4 s.');
  expect(Date.now() - since).toBeGreaterThan(3_900);
  expect(Date.now() - since).toBeLessThan(4_900);
}, 10_000);

test('a cancelled Activity ends at once, and as cancelled', async () => {
  const environment = activity();
  const reached = new Promise<number>((resolve) => {
    answers['icanhazip.com'] = () => resolve(Date.now());
  });
  const running = environment.run(getIP).catch((reason: unknown) => reason);
  const since = await reached;
  environment.cancel('WORKER_SHUTDOWN');
  expect(await running).toBeInstanceOf(CancelledFailure);
  expect(Date.now() - since).toBeLessThan(500);
});

test('a proxy restarted between two lookups fails neither', async () => {
  expect(await ipFrom(says('9.9.9.9'))).toBe('9.9.9.9');
  const { port } = proxy.address() as AddressInfo;
  proxy.closeAllConnections();
  await new Promise((resolve) => proxy.close(resolve));
  expect((await failure(ipFrom(says('9.9.9.9')))).message).toBe('icanhazip.com refused the connection.');
  await once(proxy.listen(port, '127.0.0.1'), 'listening');
  expect(await ipFrom(says('1.1.1.1'))).toBe('1.1.1.1');
});
