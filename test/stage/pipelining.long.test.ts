// App and network switch under clients that pipeline every route, do not read, and leave in the middle. PIPELINE_SECONDS
// is how long they are at it, 5 unless set: PIPELINE_SECONDS=120 npx vitest run --project long test/stage/pipelining
import { randomInt, randomUUID } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { grown, held } from '../soak/resources.ts';
import { createClient, type Kit, startKit } from '../support/kit.ts';

const SECONDS = Number(process.env.PIPELINE_SECONDS ?? 5);
const CLIENTS = 30;
const MAX_REQUESTS = 60;
const MAX_VISIT_MS = 500;
/** Until connections that were left in the middle are closed, and memory is given back. */
const AT_REST_WITHIN_MS = 30_000;
const TIMEOUT_MS = SECONDS * 1000 + 2 * AT_REST_WITHIN_MS;

let kit: Kit;
let sleeping: string;
let finished: string;
beforeAll(async () => {
  kit = await startKit();
  sleeping = await greet('Sleeper', 3600);
  finished = await greet('Ziggy', 0);
  const client = createClient(kit.ports.server);
  await client.workflow.getHandle(finished.replace('/greetings/', '')).result();
  await client.connection.close();
});
beforeEach(() => kit.start('app'));
afterAll(() => kit?.close());

async function greet(name: string, seconds: number): Promise<string> {
  const body = new URLSearchParams({ name, seconds: String(seconds) });
  const { headers } = await fetch(`${kit.url}/greetings`, { method: 'POST', redirect: 'manual', body });
  return headers.get('location') ?? '';
}

const request = (first: string, ...headers: string[]) =>
  [`${first} HTTP/1.1`, `host: 127.0.0.1:${kit.ports.app}`, ...headers, '', ''].join('\r\n');

/** A connection with these requests on it at once. */
function send(port: number, requests: string[]): Socket {
  const socket = connect(port, '127.0.0.1').on('error', () => undefined);
  socket.write(requests.join(''));
  return socket;
}

/** Resolves when it has shown so many frames, or is closed. */
async function frames(socket: Socket, count: number): Promise<void> {
  let text = '';
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    text += chunk;
    if (text.split('class="headline').length > count) return;
  }
}

const pidOfApp = () => kit.list().find(({ name }) => name === 'app')?.pid;

/** The app is the process that it was, and greets. */
async function expectAlive(pid: number | undefined): Promise<void> {
  expect(await (await fetch(kit.url + finished)).text()).toContain('Hello, Ziggy!');
  expect(pidOfApp()).toBe(pid);
}

it('a finished greeting behind one that sleeps, and once more elsewhere, does not end the app', async () => {
  const pid = pidOfApp();
  const socket = send(kit.ports.app, [request(`GET ${sleeping}/events`), request(`GET ${finished}/events`)]);
  await frames(socket, 2); // by then both have been told of the first look
  await (await fetch(`${kit.url}${finished}/events`)).text();
  await expectAlive(pid);
  socket.destroy();
});

it('two streams at once of a browser that leaves and opens four more do not end the app', async () => {
  const pid = pidOfApp();
  const cookie = `cookie: browser=${randomUUID()}`;
  const stream = request(`GET ${sleeping}/events`, cookie);
  const open = async (requests: string[]) => {
    const socket = send(kit.ports.app, requests);
    await frames(socket, 1);
    return socket;
  };
  (await open([stream, stream])).destroy();
  const sockets: Socket[] = [];
  while (sockets.length < 4) sockets.push(await open([stream]));
  await frames(sockets[3] as Socket, 2); // by then all have been told of a change
  await expectAlive(pid);
  for (const socket of sockets) socket.destroy();
});

it(
  `after ${SECONDS} s of hostile clients both are alive, and hold what they held before`,
  async () => {
    const watched = () => held(kit.list().filter(({ name }) => name === 'app' || name === 'network'));
    const pid = pidOfApp();
    const fresh = { processes: watched(), files: 0 };
    await beHostile(1);
    const warm = { processes: watched(), files: 0 };
    await beHostile(SECONDS);
    await expectAlive(pid);
    const more = () => grown(fresh, warm, { processes: watched(), files: 0 });
    await expect.poll(more, { timeout: AT_REST_WITHIN_MS }).toEqual([]);
    expect(watched().map(({ pid }) => pid)).toEqual(fresh.processes.map(({ pid }) => pid));
  },
  TIMEOUT_MS,
);

async function beHostile(seconds: number): Promise<void> {
  const until = performance.now() + seconds * 1000;
  const client = async () => {
    while (performance.now() < until) await visit();
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
}

/** Some requests at once, of a browser or not; reads the answers or not; leaves at any moment. */
async function visit(): Promise<void> {
  const { app, network } = kit.ports;
  const isApp = randomInt(4) > 0;
  const cookie = randomInt(2) ? [`cookie: browser=${randomUUID()}`] : [];
  const routes = isApp ? appRoutes(cookie) : [request('GET http://ip-api.com/json/8.8.8.8')];
  const requests = Array.from({ length: randomInt(1, MAX_REQUESTS) }, () => routes[randomInt(routes.length)]);
  const socket = send(isApp ? app : network, requests as string[]);
  if (randomInt(2)) socket.resume();
  await delay(randomInt(MAX_VISIT_MS));
  if (randomInt(2)) socket.destroy();
  else socket.resetAndDestroy();
}

function appRoutes(cookie: string[]): string[] {
  const paths = ['/', '/nowhere', '/public/htmx.min.js', '/public/site.css'];
  const pages = [sleeping, finished, '/greetings/nobody'];
  const asked = [...paths, ...pages, ...pages.map((page) => `${page}/events`)];
  const form = 'name=';
  const posted = request(
    'POST /greetings',
    'content-type: application/x-www-form-urlencoded',
    `content-length: ${form.length}`,
  );
  return [...asked.map((path) => request(`GET ${path}`, ...cookie)), posted + form];
}
