// The network switch as a process: what it prints, how it takes orders, and how it exits.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import type { Readable } from 'node:stream';
import getPort from 'get-port';
import { afterEach, expect, test } from 'vitest';
import { lookup } from '../../hello-ip/support/lookup.ts';
import { createAsk } from '../processes/asking.ts';
import { ROOT } from '../settings.ts';
import type { NetworkOrder, NetworkReport } from './process.ts';

const TRACE_ID = 'a'.repeat(32);
const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  delete process.env.http_proxy;
});

/** Runs `npm run network` with these words, without npm and without our own proxies. */
function run(words: string[], env: NodeJS.ProcessEnv) {
  const clean = { ...process.env, http_proxy: '', HTTP_PROXY: '', no_proxy: '', NO_PROXY: '' };
  const child = spawn(process.execPath, ['stage/run.cjs', 'stage/network/process.ts', ...words], {
    cwd: ROOT,
    env: { ...clean, ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  children.push(child);
  const said = { out: '', err: '' };
  child.stdout?.on('data', (text) => {
    said.out += text;
  });
  child.stderr?.on('data', (text) => {
    said.err += text;
  });
  // Not the event "close", which never comes once we have closed the channel (Node.js 20).
  const ends = [
    once(child, 'exit'),
    once(child.stdout as Readable, 'end'),
    once(child.stderr as Readable, 'end'),
  ];
  return { child, said, left: Promise.all(ends).then(([exit]) => exit?.[0] as number | null) };
}

async function ready({ said }: ReturnType<typeof run>): Promise<string> {
  await expect.poll(() => said.out + said.err, { timeout: 10_000 }).toMatch(/\n/);
  return said.out + said.err;
}

async function ask(child: ChildProcess, order: NetworkOrder['do']): Promise<NetworkReport> {
  const reply = await createAsk(child)({ do: order } satisfies NetworkOrder, 10_000);
  return reply?.answer as NetworkReport;
}

test('venue: says once that it is ready, obeys and reports, prints each change, exits on Ctrl-C', async () => {
  const port = await getPort();
  const network = run(['venue'], { NETWORK_PORT: String(port) });
  const readyLine = `Network ready: lookups go through http://127.0.0.1:${port} (venue mode: the two lookup services are answered here)\n`;
  expect(await ready(network)).toBe(readyLine);

  process.env.http_proxy = `http://127.0.0.1:${port}`;
  await lookup('http://icanhazip.com', { wanted: 'an IP address', traceId: TRACE_ID });
  const lookups = [{ traceId: TRACE_ID, host: 'icanhazip.com', count: 1 }];
  const { child, said, left } = network;
  expect(await ask(child, 'report')).toEqual({
    done: 'report',
    state: 'open',
    venue: true,
    lookups,
  });
  expect(await ask(child, 'cut')).toEqual({ done: 'cut', state: 'cut', venue: true, lookups });
  expect(await ask(child, 'cut')).toMatchObject({ done: 'cut', state: 'cut' });
  expect(await ask(child, 'cut silently')).toMatchObject({
    done: 'cut silently',
    state: 'cut silently',
  });
  expect(await ask(child, 'restore')).toMatchObject({ done: 'restore', state: 'open' });

  const since = Date.now();
  child.kill('SIGINT');
  expect(await left).toBe(0);
  expect(Date.now() - since).toBeLessThan(500);
  expect(said.err).toBe('');
  expect(said.out.slice(readyLine.length).trimEnd().split('\n')).toEqual([
    'Network cut: lookups are refused.',
    'Network cut silently: lookups are accepted and never answered.',
    'Network restored: lookups go through.',
  ]);
}, 20_000);

test('chooses venue mode when the services are out of reach; exits on SIGTERM', async () => {
  const nothing = `127.0.0.1:${await getPort()}`;
  const network = run([], { NETWORK_PORT: String(await getPort()), http_proxy: nothing });
  expect(await ready(network)).toMatch(/\(venue mode: the two lookup services are out of reach, .*\)\n$/);
  network.child.kill('SIGTERM');
  expect(await network.left).toBe(0);
}, 20_000);

test('online: never sends lookups through itself; exits with the parent that spawned it', async () => {
  const port = await getPort();
  const url = `http://127.0.0.1:${port}`;
  const network = run(['online'], { NETWORK_PORT: String(port), http_proxy: url, HTTP_PROXY: `${url}/` });
  expect(await ready(network)).toBe(
    `Network ready: lookups go through ${url} (online: lookups leave this machine)\n`,
  );
  process.env.http_proxy = url;
  const lost = lookup('http://nowhere.invalid', { wanted: 'an answer', traceId: TRACE_ID });
  await expect(lost).rejects.toThrow('nowhere.invalid could not be found.');
  expect(await ask(network.child, 'report')).toMatchObject({
    venue: false,
    lookups: [{ count: 1 }],
  });
  network.child.disconnect();
  expect(await network.left).toBe(0);
}, 20_000);

test('reports what cannot work in two sentences, the second with the remedy', async () => {
  const taken = createServer();
  await once(taken.listen(0, '127.0.0.1'), 'listening');
  const { port } = taken.address() as AddressInfo;
  const free = { NETWORK_PORT: String(await getPort()) };
  const runs = [
    run(['venue'], { NETWORK_PORT: String(port) }),
    run(['venu'], free),
    run(['venue'], { ...free, http_proxy: 'http://:' }),
  ];
  expect(await Promise.all(runs.map(({ left }) => left))).toEqual([1, 1, 1]);
  expect(runs.map(({ said }) => said.out)).toEqual(['', '', '']);
  expect(runs.map(({ said }) => said.err)).toEqual([
    `Port ${port} is in use. Choose another one: NETWORK_PORT=${port > 65_525 ? port - 10 : port + 10} npm run network\n`,
    '"venu" is not a mode of the network. Run: npm run network, alone or with one word: venue or online.\n',
    'http_proxy is "http://:", which is not an address. Correct it, or run: unset http_proxy\n',
  ]);
  taken.close();
}, 20_000);
