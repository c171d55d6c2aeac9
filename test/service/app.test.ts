// The web app over HTTP: what a browser may send it, and what it never does.
import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Client, Connection } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { connectionTuning } from '../../hello-ip/stage-tuning.ts';
import { createApp } from '../../hello-ip/web/app.ts';
import { startService, withWorker } from '../support/service.ts';

const PUBLIC_NAME = 'ziggy-8000.app.github.dev';
let service: TestWorkflowEnvironment;
let app: Server;
let base: string;

beforeAll(async () => {
  service = await startService();
  app = await listen(service.client);
  base = addressOf(app);
});
afterAll(async () => {
  app.closeAllConnections();
  app.close();
  await service.teardown();
});

async function listen(client: Client): Promise<Server> {
  const publicNames = [PUBLIC_NAME];
  const server = createServer(createApp({ client, webUi: 'http://web-ui', publicNames }));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

function addressOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function freshToken(at = base): Promise<string> {
  const form = await (await fetch(at)).text();
  return form.match(/name="token" value="([0-9a-f]{16})"/)?.[1] ?? 'the form has no token';
}

function post(fields: Record<string, string> | URLSearchParams, at = base): Promise<Response> {
  return fetch(`${at}/greetings`, { method: 'POST', redirect: 'manual', body: new URLSearchParams(fields) });
}

/** Sends the form and follows it to the greeting's path. */
async function start(fields: Record<string, string>): Promise<string> {
  const response = await post({ token: await freshToken(), ...fields });
  expect(response.status).toBe(303);
  return response.headers.get('location') ?? '';
}

const idOf = (path: string) => path.replace('/greetings/', '');

describe('starting', () => {
  it('leads to a page of its own, with the way to the Temporal Web UI', async () => {
    const path = await start({ name: 'Zoë', seconds: '3' });
    expect(path).toMatch(/^\/greetings\/greeting-zoe-[0-9a-z]{6}$/);
    const page = await (await fetch(base + path)).text();
    const { runId } = await service.client.workflow.getHandle(idOf(path)).describe();
    expect(page).toContain(`href="http://web-ui/namespaces/default/workflows/${idOf(path)}/${runId}"`);
  });

  it('a double click starts one', async () => {
    const token = await freshToken();
    const answers = await Promise.all([1, 2, 3].map(() => post({ name: 'Ziggy', token })));
    expect(answers.map(({ status }) => status)).toEqual([303, 303, 303]);
    expect(new Set(answers.map(({ headers }) => headers.get('location'))).size).toBe(1);
  });

  it('Back and another name starts another', async () => {
    const token = await freshToken();
    const [one, two] = [await post({ name: 'Ziggy', token }), await post({ name: 'Iggy', token })];
    expect(one.headers.get('location')).not.toBe(two.headers.get('location'));
  });

  it('two people with the same name at the same time get two', async () => {
    const tokens = await Promise.all([freshToken(), freshToken()]);
    const [one, two] = await Promise.all(tokens.map((token) => post({ name: 'Sam', token })));
    expect(one?.headers.get('location')).not.toBe(two?.headers.get('location'));
  });

  it('the same form again after its greeting has ended leads to that greeting', async () => {
    const fields = { name: 'Ziggy', token: await freshToken() };
    const path = (await post(fields)).headers.get('location') ?? '';
    await withWorker(service, {}, () => service.client.workflow.getHandle(idOf(path)).result());
    expect((await post(fields)).headers.get('location')).toBe(path);
    expect(await (await fetch(base + path)).text()).toContain('Hello, Ziggy!');
  });
});

describe('what is not a form of ours', () => {
  const send = (headers: Record<string, string>, body: string | Buffer) =>
    fetch(`${base}/greetings`, { method: 'POST', redirect: 'manual', headers, body: body as string });
  const urlencoded = { 'content-type': 'application/x-www-form-urlencoded' };

  it.each<[string, Record<string, string>, string | Buffer, number, string]>([
    [
      'another content type',
      { 'content-type': 'application/json' },
      '{"name":"Ziggy"}',
      415,
      'That was not sent as a form.',
    ],
    ['no content type', { 'content-type': '' }, 'name=Ziggy', 415, 'That was not sent as a form.'],
    ['1 MB', urlencoded, `name=${'x'.repeat(1_000_000)}`, 413, 'That is too long for this form.'],
    [
      'an unknown charset',
      { 'content-type': 'application/x-www-form-urlencoded; charset=klingon' },
      'name=Z',
      415,
      'That form could not be read.',
    ],
    [
      'an unknown compression',
      { ...urlencoded, 'content-encoding': 'klingon' },
      'name=Z',
      415,
      'That form could not be read.',
    ],
    ['a thousand and one fields', urlencoded, Array(1001).fill('a=1').join('&'), 422, 'Enter one name.'],
    ['broken UTF-8', urlencoded, 'name=Zi%ffggy', 422, 'other invalid ones'],
    ['a NUL', urlencoded, 'name=Zi%00ggy', 422, 'control characters'],
    ['the seconds as a list', urlencoded, 'name=Ziggy&seconds[]=3', 422, 'a field that it does not have.'],
    ['a name twice', urlencoded, 'name=a&name=b', 422, 'Enter one name.'],
    ['a nested name', urlencoded, 'name[first]=a', 422, 'Enter one name.'],
    ['no name at all', urlencoded, 'seconds=3', 422, 'Enter one name.'],
    ['nothing', urlencoded, '', 415, 'That was not sent as a form.'],
  ])('%s is answered with the form', async (_what, headers, body, status, words) => {
    const response = await send(headers, body);
    const page = await response.text();
    expect([response.status, page.includes('Enter your name'), page.includes(words)]).toEqual([
      status,
      true,
      true,
    ]);
    expect(page).not.toMatch(/ at .*:\d+:\d+/);
  });

  it('what was typed is still there, and is text', async () => {
    const page = await (await post({ name: '<script>alert(1)</script>', seconds: '"><b>' })).text();
    expect(page).toContain('value="&lt;script&gt;alert(1)&lt;/script&gt;"');
    expect(page).toContain('value="&#34;&gt;&lt;b&gt;"');
    expect(page).not.toContain('<script>alert');
  });

  it('the form of a public name is ours, also where its forwarder names the port as Origin', async () => {
    const { port } = app.address() as AddressInfo;
    for (const origin of [`https://${PUBLIC_NAME}`, `http://localhost:${port}`]) {
      const { statusCode } = await get(`${base}/greetings`, { host: PUBLIC_NAME, origin }, 'POST');
      expect(statusCode).toBe(415); // it was read, and had no fields
    }
    const headers = { host: PUBLIC_NAME, origin: 'https://evil.example' };
    expect((await get(`${base}/greetings`, headers, 'POST')).statusCode).toBe(403);
  });

  it('a form from a foreign page starts nothing', async () => {
    const headers = { ...urlencoded, origin: 'http://evil.example' };
    expect((await send(headers, 'name=Ziggy')).status).toBe(403);
    expect((await send({ ...urlencoded, origin: 'null' }, 'name=Ziggy')).status).toBe(403);
  });

  it.each(['/', '/greetings/x', '/greetings/x/events', '/public/site.css'])(
    'a foreign Host is refused at %s',
    async (path) => {
      expect((await get(base + path, { host: 'evil.example' })).statusCode).toBe(421);
      expect((await get(base + path, { host: '127.0.0.1.evil.example:80' })).statusCode).toBe(421);
    },
  );
});

function get(url: string, headers: Record<string, string>, method = 'GET'): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request(url, { headers, method }, resolve).on('error', reject).end();
  });
}

describe('a greeting page', () => {
  it.each(['nobody', '..%2f..%2fetc%2fpasswd', '%00', encodeURIComponent('<script>'), 'x'.repeat(2000)])(
    'of the unknown id %s is a 404',
    async (id) => {
      const response = await fetch(`${base}/greetings/${id}`);
      const page = await response.text();
      expect([response.status, page.includes('There is no such greeting')]).toEqual([404, true]);
      expect(page).not.toContain('<script>');
    },
  );

  it("of somebody else's workflow is a 404", async () => {
    await service.client.workflow.start('payroll', {
      taskQueue: 'elsewhere',
      workflowId: 'payroll-1',
      args: [],
    });
    expect((await fetch(`${base}/greetings/payroll-1`)).status).toBe(404);
  });

  it('of a path that no one has is a 404', async () => {
    expect((await fetch(`${base}/nowhere`)).status).toBe(404);
    expect((await fetch(`${base}/greetings/%`)).status).toBe(400);
  });

  it('shows markup from a name and from a lookup service as text', async () => {
    const path = await start({ name: '<b>Ziggy</b>' });
    const getLocationInfo = async () => '<img src=x onerror=alert(1)>';
    await withWorker(service, { getLocationInfo }, () =>
      service.client.workflow.getHandle(idOf(path)).result(),
    );
    const page = await (await fetch(base + path)).text();
    expect(page).toContain('Hello, &lt;b&gt;Ziggy&lt;/b&gt;!');
    expect(page).not.toContain('<img');
  });

  it('has two steps and no Timer where there is nothing to sleep', async () => {
    const path = await start({ name: 'Ziggy', seconds: '0' });
    await withWorker(service, {}, () => service.client.workflow.getHandle(idOf(path)).result());
    const page = await (await fetch(base + path)).text();
    expect(page.match(/<li [^>]*data-state="\w+"/g)?.length).toBe(2);
    expect(page).not.toContain('Durable Timer');
  });

  it.each([
    ['cancelled', 'Cancelled by somebody', ''],
    ['terminated', 'Terminated by somebody', 'enough'],
  ])('says that it was %s', async (how, headline, reason) => {
    const path = await start({ name: 'Ziggy', seconds: '3600' });
    const handle = service.client.workflow.getHandle(idOf(path));
    await withWorker(service, {}, async () => {
      if (how === 'cancelled') await handle.cancel();
      else await handle.terminate(reason);
      await handle.result().catch(() => {});
    });
    const page = await (await fetch(base + path)).text();
    expect(page).toContain(headline);
    expect(page).toContain(reason);
  });

  it('says why it failed for good', async () => {
    const path = await start({ name: 'Ziggy' });
    const getIP = async () => {
      throw ApplicationFailure.nonRetryable('this address is of no place');
    };
    const handle = service.client.workflow.getHandle(idOf(path));
    await withWorker(service, { getIP }, () => handle.result().catch(() => {}));
    expect(await (await fetch(base + path)).text()).toContain('this address is of no place');
  });

  it('streams each change and closes at the end', async () => {
    const path = await start({ name: 'Ziggy', seconds: '1' });
    const stream = (await fetch(`${base}${path}/events`)).text();
    await withWorker(service, {}, () => service.client.workflow.getHandle(idOf(path)).result());
    const messages: EventSourceMessage[] = [];
    createParser({ onEvent: (message) => messages.push(message) }).feed(await stream);
    const shown = messages.map(({ data }) => data);
    expect(shown.some((html) => html.includes('1 s left'))).toBe(true);
    expect(shown.at(-2)).toContain('Hello, Ziggy!');
    expect(messages.at(-1)).toEqual({ event: 'final', data: '' });
    expect(shown).toEqual([...new Set(shown)]);
  });
});

it('a greeting that has been seen to end stays greeted, also when the Temporal Service is away', async () => {
  const connection = await Connection.connect({ address: service.address, ...connectionTuning });
  const other = await listen(new Client({ connection }));
  const path = await start({ name: 'Ziggy' });
  await withWorker(service, {}, () => service.client.workflow.getHandle(idOf(path)).result());
  const page = async () => (await fetch(addressOf(other) + path)).text();
  expect(await page()).toContain('Hello, Ziggy!');
  await connection.close();
  expect(await page()).toContain('Hello, Ziggy!');
  expect(await page()).not.toContain('Temporal Service away');
  other.closeAllConnections();
  other.close();
});

it('a namespace that is not there is said to be so, on the page and in the form', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const connection = await Connection.connect({ address: service.address, ...connectionTuning });
  const elsewhere = await listen(new Client({ connection, namespace: 'nowhere' }));
  const page = await fetch(`${addressOf(elsewhere)}/greetings/greeting-ziggy-000000`);
  const form = await post({ name: 'Ziggy' }, addressOf(elsewhere));
  for (const answer of [page, form])
    expect(await answer.text()).toContain('The Temporal Service has no such namespace.');
  expect([page.status, form.status]).toEqual([200, 502]);
  elsewhere.closeAllConnections();
  elsewhere.close();
  await connection.close();
  vi.restoreAllMocks();
});

describe('without a Temporal Service', () => {
  let away: Server;
  beforeAll(async () => {
    const connection = Connection.lazy({ address: '127.0.0.1:1', ...connectionTuning });
    away = await listen(new Client({ connection }));
  });
  afterAll(() => {
    away.closeAllConnections();
    away.close();
  });

  it('a form is answered within 2 s, still filled in', async () => {
    const token = await freshToken(addressOf(away));
    const sentAt = performance.now();
    const response = await post({ name: 'Ziggy', seconds: '7', token }, addressOf(away));
    expect(performance.now() - sentAt).toBeLessThan(2000);
    expect(response.status).toBe(503);
    const page = await response.text();
    for (const kept of ['value="Ziggy"', 'value="7"', `value="${token}"`]) expect(page).toContain(kept);
    expect(page).toContain('The Temporal Service is away.');
    expect(page).not.toMatch(/ at .*:\d+:\d+/);
  });

  it('a greeting page says so and goes on trying', async () => {
    const response = await fetch(`${addressOf(away)}/greetings/greeting-ziggy-000000`);
    expect(response.status).toBe(200);
    const page = await response.text();
    expect(page).toContain('Temporal Service away');
    expect(page).toContain('hx-sse:connect=');
  });

  it('a stream answers 200 and says so', async () => {
    const response = await fetch(`${addressOf(away)}/greetings/greeting-ziggy-000000/events`);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader?.read())?.value).toContain('Temporal Service away');
    await reader?.cancel();
  });
});
