// What venue mode answers, compared with the real services, and how the need for it is detected.
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, isIPv4 } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { lookupServicesReachable, venueAnswer } from './venue.ts';

const NO_TRACE = '';
const cleanUp: (() => void)[] = [];

afterEach(() => {
  for (const clean of cleanUp.splice(0)) clean();
  delete process.env.http_proxy;
});

function ask(address: string, traceId = NO_TRACE): string {
  return venueAnswer(new URL(address), traceId)?.body ?? expect.fail('answered nothing');
}

function locate(query: string, traceId = NO_TRACE) {
  return JSON.parse(ask(`http://ip-api.com/json/${query}`, traceId));
}

describe('venueAnswer', () => {
  test('answers as the two services do, and for no other host', () => {
    expect(venueAnswer(new URL('http://icanhazip.com'), NO_TRACE)).toEqual({
      type: 'text/plain',
      body: expect.stringMatching(/^\d+\.\d+\.\d+\.\d+\n$/),
    });
    expect(venueAnswer(new URL('http://ip-api.com/json/8.8.8.8'), NO_TRACE)?.type).toMatch(
      /^application\/json/,
    );
    expect(venueAnswer(new URL('http://example.com/'), NO_TRACE)).toBeUndefined();
  });

  test('gives a greeting one address, different greetings different ones, and locates each', () => {
    const traces = Array.from({ length: 50 }, (_, n) => n.toString(16).padStart(32, 'a'));
    const addresses = traces.map((traceId) => ask('http://icanhazip.com', traceId).trim());
    expect(traces.map((traceId) => ask('http://icanhazip.com', traceId).trim())).toEqual(addresses);
    expect(new Set(addresses).size).toBe(5);
    for (const query of new Set(addresses)) {
      expect(isIPv4(query)).toBe(true);
      expect(locate(query)).toMatchObject({ status: 'success', query, city: expect.stringMatching(/\w/) });
    }
  });

  test('locates the asking address when none is given', () => {
    const [traceId] = ['0'.repeat(31) + 2];
    expect(locate('', traceId).query).toBe(ask('http://icanhazip.com', traceId).trim());
  });

  test.each([
    ['130.89.3.249', 'Enschede, Overijssel, Netherlands'],
    ['128.130.4.3', 'Vienna, Vienna, Austria'],
  ])('%s is in %s', (query, place) => {
    const { city, regionName, country } = locate(query);
    expect([city, regionName, country].join(', ')).toBe(place);
  });

  test.each([
    ['nonsense', 'invalid query'],
    ['%zz', 'invalid query'],
    ['toString', 'invalid query'],
    ['8.8.8.8/more', 'invalid query'],
    ['172.32.0.1', 'this address is not among the few that venue mode knows'],
    ['2620:fe::9', 'this address is not among the few that venue mode knows'],
  ])('%s fails as %s', (query, message) => {
    expect(locate(query)).toEqual({ status: 'fail', message, query });
  });
});

describe('lookupServicesReachable', () => {
  async function services(answer: RequestListener): Promise<void> {
    const proxy = createServer(answer);
    cleanUp.push(() => {
      proxy.close();
      proxy.closeAllConnections();
    });
    await once(proxy.listen(0, '127.0.0.1'), 'listening');
    process.env.http_proxy = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  }

  const proper: Record<string, string> = {
    'http://icanhazip.com/': '9.9.9.9\n',
    'http://ip-api.com/json/': '{"status":"success","city":"Oslo"}',
  };

  test('yes, if both answer as they should', async () => {
    await services((request, response) => response.end(proper[request.url as string]));
    expect(await lookupServicesReachable(2_000)).toBe(true);
  });

  test.each<[kind: string, answers: Record<string, string>]>([
    ['the first is a sign-in page', { ...proper, 'http://icanhazip.com/': '<html>Welcome</html>' }],
    ['the second is a sign-in page', { ...proper, 'http://ip-api.com/json/': '<html>Welcome</html>' }],
    ['the address is not one', { ...proper, 'http://icanhazip.com/': 'Welcome' }],
    ['the location is not one', { ...proper, 'http://ip-api.com/json/': '{"status":"fail"}' }],
    ['the location is null', { ...proper, 'http://ip-api.com/json/': 'null' }],
  ])('no, if %s', async (_kind, answers) => {
    await services((request, response) => response.end(answers[request.url as string]));
    expect(await lookupServicesReachable(2_000)).toBe(false);
  });

  test('no, if one of them does not answer in time', async () => {
    await services((request, response) => request.url?.includes('ip-api') || response.end('9.9.9.9'));
    const since = Date.now();
    expect(await lookupServicesReachable(200)).toBe(false);
    expect(Date.now() - since).toBeLessThan(1_000);
  });
});
