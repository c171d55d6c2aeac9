// The page and the API of the releases over HTTP, with a real Temporal Service, Worker and platform.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Client, Connection } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { createParser } from 'eventsource-parser';
import getPort from 'get-port';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFollower } from '../../encores/releases/follow.ts';
import { wavesOf } from '../../encores/releases/plan.ts';
import { inOrder, type Summary, type TreeNode } from '../../encores/releases/tree.ts';
import { createApp } from '../../encores/releases/web/app.ts';
import { connectionTuning } from '../../hello-ip/stage-tuning.ts';
import { cleanUp, newFolder, run, until } from '../support/harness.ts';
import { startService } from '../support/service.ts';

const FOUR_APPS = wavesOf({ waves: 2, clusters: 1, bundles: 1, apps: 2 });
const THOUSAND_APPS = wavesOf({ waves: 5, clusters: 10, bundles: 2, apps: 10 });
const SECOND = 'app:cluster-1-1-bundle-app-2';

let service: TestWorkflowEnvironment;
let app: Server;
let base: string;

beforeAll(async () => {
  service = await startService();
  const port = await getPort({ host: '127.0.0.1', reserve: true });
  const env = { TEMPORAL_ADDRESS: service.address, PLATFORM_PORT: String(port) };
  const options = { env, folder: newFolder() };
  const [platform, worker] = await Promise.all([
    run('encores/platform/server.ts', [], options),
    run('encores/releases/worker.ts', [], options),
  ]);
  await Promise.all([platform.untilSaid('Platform ready'), worker.untilSaid('Worker ready')]);
  app = await listen(service.client);
  base = addressOf(app);
});
afterAll(async () => {
  app?.closeAllConnections();
  app?.close();
  await cleanUp();
  await service?.teardown();
});

async function listen(client: Client): Promise<Server> {
  const server = createServer(createApp({ client, webUi: 'http://web-ui' }));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

function addressOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function post(body: unknown, path = '/api/releases', headers: Record<string, string> = {}) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return fetch(base + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: text,
  });
}

/** Starts a release of four apps; returns its id. */
async function start(plan: object = {}): Promise<string> {
  const answer = await post({ name: 'search 2.4', appDeployTime: 0.3, waves: FOUR_APPS, ...plan });
  expect(answer.status).toBe(201);
  return ((await answer.json()) as { id: string }).id;
}

type Told = Summary & { hierarchy: TreeNode; endedAt: string | null };

async function read(id: string): Promise<Told> {
  return (await fetch(`${base}/api/releases/${id}`)).json() as Promise<Told>;
}

const ended = (id: string) => until(async () => (await read(id)).endedAt !== null, 30_000);

describe('the API', () => {
  it.each([
    ['not JSON', '{', 400, 'That is not JSON.'],
    ['no plan', '[]', 400, 'The plan cannot be rolled out: plan: Invalid input'],
    ['no time', '{"name":"x"}', 400, 'appDeployTime'],
    ['an empty name', '{"name":" ","appDeployTime":1}', 400, 'name: must not be empty'],
    [
      '1,001 apps',
      { appDeployTime: 1, waves: wavesOf({ waves: 1, clusters: 1, bundles: 1, apps: 1001 }) },
      400,
      '1001 apps are more than 1000',
    ],
    ['2 MB', { name: 'x'.repeat(2_000_000) }, 413, 'That is too long.'],
  ])('refuses %s before anything starts', async (_, body, status, detail) => {
    const answer = await post(body);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(await answer.json()).toMatchObject({
      type: 'about:blank',
      status,
      detail: expect.stringContaining(detail),
    });
  });

  it('refuses a form, and a page of another site', async () => {
    const form = await post('a=b', '/api/releases', { 'content-type': 'application/x-www-form-urlencoded' });
    expect(form.status).toBe(415);
    for (const path of ['/api/releases', '/api/releases/x/cancel', '/releases/x/cancel'])
      expect((await post('{}', path, { origin: 'http://evil.example' })).status).toBe(403);
    expect((await fetch(`${base}/releases`, { headers: { 'x-forwarded-host': 'evil' } })).status).toBe(200);
  });

  it('knows no release that was never started', async () => {
    for (const answer of [
      await fetch(`${base}/api/releases/nope`),
      await fetch(`${base}/releases/nope`),
      await fetch(`${base}/releases/nope/events`),
      await post('{}', '/api/releases/nope/cancel'),
    ])
      expect(answer.status).toBe(404);
    expect(await (await fetch(`${base}/api/releases/nope`)).json()).toMatchObject({
      detail: 'There is no release "nope". List them: npm run releases list',
    });
    expect((await fetch(`${base}/api/nothing`)).status).toBe(404);
  });

  it('keeps two of the same name, started in the same second, apart; an id is used once', async () => {
    const [one, other] = await Promise.all([start(), start()]);
    expect(one).not.toBe(other);
    const again = await post({ id: one, appDeployTime: 1 });
    expect(again.status).toBe(409);
    expect(await again.json()).toMatchObject({
      detail: expect.stringContaining('already. Give this one another id'),
    });
  });

  it('cancels once, says so the second time, and says what has ended', async () => {
    const id = await start({ appDeployTime: 2 });
    await until(async () => (await read(id)).apps.deploying === 1);
    expect((await post('', `/api/releases/${id}/cancel`)).status).toBe(202);
    expect((await post('', `/api/releases/${id}/cancel`)).status).toBe(202);
    await ended(id);
    expect(await read(id)).toMatchObject({ state: 'cancelled', apps: { running: 1, cancelled: 3 } });
    const late = await post('', `/api/releases/${id}/cancel`);
    expect(late.status).toBe(409);
    expect(await late.json()).toMatchObject({ detail: expect.stringContaining('is cancelled already') });
  });

  it('while the Temporal Service is away: 503 for what must be done, the last known for what is asked', async () => {
    const connection = Connection.lazy({ address: '127.0.0.1:1', ...connectionTuning });
    const away = await listen(new Client({ connection }));
    const at = addressOf(away);
    expect((await fetch(`${at}/health`)).status).toBe(503);
    const body = JSON.stringify({ name: 'x', appDeployTime: 1 });
    const headers = { 'content-type': 'application/json' };
    const started = await fetch(`${at}/api/releases`, { method: 'POST', headers, body });
    expect(started.status).toBe(503);
    expect(await started.json()).toMatchObject({ detail: expect.stringContaining('nothing is lost') });
    expect((await fetch(`${at}/api/releases/x/cancel`, { method: 'POST' })).status).toBe(503);
    expect(await (await fetch(`${at}/releases`)).text()).toContain('Service away.');
    away.closeAllConnections();
    away.close();
  });
});

it.each([
  ['completed', {}, undefined],
  ['failed', { scenario: { kind: 'app_failure', app: SECOND } }, undefined],
  ['cancelled', { appDeployTime: 1 }, 'cancel'],
] as const)(
  'the Event History tells what the Queries tell, while it runs and after it has %s',
  async (state, plan, then) => {
    const id = await start(plan);
    const handle = service.client.workflow.getHandle(`release-${id}`);
    const follower = createFollower(service.client);
    /** Both, if nothing happened between the two. */
    const compare = async () => {
      const before = (await handle.describe()).historyLength;
      const told = await follower.find(id);
      const asked = await handle.query<TreeNode>('getHierarchy');
      if ((await handle.describe()).historyLength === before) expect(told?.tree).toEqual(asked);
    };
    while ((await follower.find(id))?.endedAt === undefined) {
      await compare();
      const { tree } = (await follower.find(id)) ?? expect.fail('gone');
      if (then && inOrder(tree).some((node) => node.kind === 'app' && node.state === 'deploying'))
        await handle.signal('cancelRelease');
    }
    await compare();
    expect((await read(id)).state).toBe(state);
  },
);

/** The messages of a stream, up to the one after which `isOver`. */
async function listenTo(path: string, isOver: (html: string) => boolean) {
  const messages: { html: string; at: number }[] = [];
  const controller = new AbortController();
  const response = await fetch(base + path, { signal: controller.signal });
  const parser = createParser({
    onEvent: ({ data }) => {
      messages.push({ html: data, at: Date.now() });
    },
  });
  const decoder = new TextDecoder();
  try {
    for await (const chunk of response.body ?? []) {
      parser.feed(decoder.decode(chunk as Uint8Array, { stream: true }));
      if (messages.some(({ html }) => isOver(html))) break;
    }
  } finally {
    controller.abort();
  }
  return messages;
}

const streamOf = (html: string) => /hx-sse:connect="([^"]+)"/.exec(html)?.[1]?.replaceAll('&amp;', '&') ?? '';

it('a page is sent what has changed, soon after it has happened', async () => {
  const id = await start({ appDeployTime: 0.6 });
  const page = await (await fetch(`${base}/releases/${id}`)).text();
  expect(page).toContain('search 2.4');
  const messages = await listenTo(streamOf(page), (html) => /id="head"[^>]*data-state="done"/.test(html));
  const { hierarchy } = await read(id);
  const delays = inOrder(hierarchy)
    .filter(({ kind }) => kind === 'app')
    .flatMap(({ id: app, since }) => {
      const line = new RegExp(`title="${app}">[^<]*</span>\\s*<span class="word">running`);
      const shown = messages.find(({ html }) => line.test(html));
      return shown ? [shown.at - since] : [];
    });
  console.log(`event to page: ${delays.toSorted((a, b) => a - b).join(', ')} ms`);
  expect(delays.length).toBe(4);
  expect(Math.max(...delays)).toBeLessThan(2000);
  const sizes = messages.map(({ html }) => html.length);
  expect(Math.max(...sizes)).toBeLessThan(page.length);
});

it('of a thousand apps, too, only what has changed is sent', async () => {
  const id = await start({ name: 'a thousand', appDeployTime: 0.03, waves: THOUSAND_APPS });
  await until(async () => ((await read(id)).apps.running ?? 0) >= 3, 30_000);
  const begun = performance.now();
  const page = await (await fetch(`${base}/releases/${id}`)).text();
  console.log(`page of 1,000 apps: ${Math.round(performance.now() - begun)} ms, ${page.length} characters`);
  const from = (await read(id)).apps.running ?? 0;
  const running = (html: string) => Number(/(\d+) of 1000/.exec(html)?.[1] ?? 0);
  const messages = await listenTo(streamOf(page), (html) => running(html) >= from + 8);
  const largest = Math.max(...messages.map(({ html }) => html.length));
  console.log(`largest update of ${messages.length}: ${largest} characters`);
  expect(largest).toBeLessThan(page.length / 20);
  await service.client.workflow.getHandle(`release-${id}`).terminate('that is enough');
  await ended(id);
  expect(await read(id)).toMatchObject({ state: 'failed', error: 'Terminated from outside: that is enough' });
});

it('a name is text, whatever is in it', async () => {
  const name = '<img src=x onerror=alert(1)> "Zoë" \\ 日本';
  const id = await start({ name, description: '</script><b>' });
  const page = await (await fetch(`${base}/releases/${id}`)).text();
  expect(page).not.toContain('<img src=x');
  expect(page).not.toContain('</script><b>');
  expect(page).toContain('日本');
  const odd = encodeURIComponent('../../etc/passwd\u0000');
  expect((await fetch(`${base}/releases/${odd}`)).status).toBe(404);
});
