// What page, form and log say when a call to the Temporal Service fails: an outage is one thing, anything else another.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type FakeService, startApp, startFakeService } from '../../test/support/fake-service.ts';

const DEADLINE_EXCEEDED = 4;
const PERMISSION_DENIED = 7;
const RESOURCE_EXHAUSTED = 8;
const INTERNAL = 13;
const UNAVAILABLE = 14;
const UNAUTHENTICATED = 16;

let service: FakeService;
let app: Awaited<ReturnType<typeof startApp>>;
let log: ReturnType<typeof vi.spyOn>;
beforeEach(async () => {
  service = await startFakeService();
  app = await startApp(service.client);
  log = vi.spyOn(console, 'error').mockImplementation(() => undefined);
});
afterEach(async () => {
  app.server.closeAllConnections();
  app.server.close();
  await service.close();
  vi.restoreAllMocks();
});

const page = async (id = 'greeting-ziggy-000000') => (await fetch(`${app.url}/greetings/${id}`)).text();
const form = () =>
  fetch(`${app.url}/greetings`, { method: 'POST', body: new URLSearchParams({ name: 'Ziggy' }) });

describe.each([
  [UNAUTHENTICATED, /rejects the credentials\. Renew them [^.]+\./],
  [PERMISSION_DENIED, /denies access to the namespace\. Allow it there[^.]+\./],
  [RESOURCE_EXHAUSTED, /gets more requests than it allows\. Close some pages[^.]+\./],
  [INTERNAL, /answers with an error\. It says: Request unauthorized\./],
])('gRPC status %d', (status, words) => {
  it('is not an outage on the page or in the form, and the log has the message', async () => {
    service.answer(status, 'Request unauthorized.');
    const shown = await page();
    expect(shown).toMatch(words);
    expect(shown).not.toContain('Temporal Service away');
    const answer = await form();
    expect(answer.status).toBe(502);
    expect(await answer.text()).toMatch(words);
    expect(log.mock.calls.flat().join()).toContain('Request unauthorized.');
  });
});

it.each([UNAVAILABLE, DEADLINE_EXCEEDED])(
  'gRPC status %d is an outage, and is not logged',
  async (status) => {
    service.answer(status);
    expect(await page()).toContain('Temporal Service away');
    const answer = await form();
    expect(answer.status).toBe(503);
    expect(await answer.text()).toContain('The Temporal Service is away.');
    expect(log).not.toHaveBeenCalled();
  },
);

it('a Temporal Service that falls silent is reported within about 1.5 s', async () => {
  service.answer('never');
  const since = performance.now();
  expect(await page()).toContain('Temporal Service away');
  expect(performance.now() - since).toBeLessThan(2000);
});

it('trouble is logged once, however many looks see it, and again once it has changed', async () => {
  service.answer(UNAUTHENTICATED);
  for (let look = 0; look < 3; look += 1) await page();
  expect(log).toHaveBeenCalledTimes(1);
  service.answer(PERMISSION_DENIED);
  for (let look = 0; look < 3; look += 1) await page();
  expect(log).toHaveBeenCalledTimes(2);
  service.answer(UNAVAILABLE);
  await page();
  service.answer(PERMISSION_DENIED);
  await page();
  expect(log).toHaveBeenCalledTimes(3);
});
