// The room's door, seen from a phone in the same Wi-Fi: what it may do, what nobody may, and what a kill leaves of it.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasNamespaces } from '../deploy/containers.ts';
import { cleanUp, freePorts, type Program, run, startStage, until } from '../support/harness.ts';
import { type Lan, startLan } from '../support/lan.ts';
import type { Told } from '../support/lan-phone.ts';

const canRun = hasNamespaces();
if (!canRun) console.warn('The room is not tested from a phone: that needs Linux, and root.');

let lan: Lan;
let stage: Program;

beforeAll(async () => {
  if (!canRun) return;
  lan = await startLan();
  stage = await startStage(['room'], {
    command: lan.onLaptop('stage/commands/start.ts'),
    ports: await freePorts(),
  });
});
afterAll(async () => {
  await cleanUp();
  lan?.stop();
});

async function say(...words: string[]): Promise<string> {
  const { folder, ports } = stage;
  const verb = await run('stage/commands/stage.ts', words, {
    folder,
    ports,
    command: lan.onLaptop('stage/commands/stage.ts'),
  });
  const { code } = await verb.ended();
  return `${code} ${verb.output()}`;
}

interface Phone {
  cookie: string;
  token: string;
}

const host = () => `${lan.address}:${stage.ports.APP_PORT}`;
const get = (path: string, headers: Record<string, string> = {}, until?: string) =>
  lan.phone({ host: lan.address, port: stage.ports.APP_PORT, path, headers, until });

async function arrive(): Promise<Phone> {
  const { status, headers, body = '' } = await get('/join');
  expect(status).toBe(200);
  return {
    cookie: String(headers?.['set-cookie']).split(';')[0] ?? '',
    token: /name="token" value="([0-9a-f]{32})"/.exec(body)?.[1] ?? '',
  };
}

function join({ cookie, token }: Phone, name: string, headers: Record<string, string> = {}): Promise<Told> {
  return lan.phone({
    ...{ host: lan.address, port: stage.ports.APP_PORT, path: '/join', method: 'POST' },
    headers: { cookie, 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: String(new URLSearchParams({ name, token })),
  });
}

async function greet(name: string): Promise<string> {
  const { status, headers } = await join(await arrive(), name);
  expect(status).toBe(303);
  return String(headers?.location);
}

describe.skipIf(!canRun)('a phone', () => {
  it('is shown the way: in the box, and as a QR code', async () => {
    await stage.untilSaid('wall: http');
    expect(stage.output()).toMatch(new RegExp(`Room +http://${host()}/join`));
    expect(stage.output()).toMatch(/█{20}/);
  });

  it('greets, and follows its own greeting to the end', async () => {
    expect(await say('room', 'sleep', '1')).toMatch(/^0 /);
    const own = await greet('Priya');
    expect(own).toMatch(/^\/join\/room-priya-[0-9a-f]{20}$/);
    const { status, body } = await get(`${own}/events`, {}, 'Hello, Priya!');
    expect([status, body]).toEqual([200, expect.stringContaining('Hello, Priya!')]);
    expect((await get(own)).body).toContain('Greet again');
    expect((await get(own)).body).not.toContain('Web UI');
  });

  it('that taps twice is greeted once, and that greets again at once is asked to wait', async () => {
    const phone = await arrive();
    const both = await Promise.all([join(phone, 'Ada'), join(phone, 'Ada')]);
    expect(both.map(({ status, headers }) => [status, headers?.location])).toEqual([
      [303, both[0]?.headers?.location],
      [303, both[0]?.headers?.location],
    ]);
    const again = await join({ ...phone, token: 'f'.repeat(32) }, 'Ada');
    expect([again.status, again.body]).toEqual([429, expect.stringContaining('again in 3 seconds')]);
    expect(again.body).toContain('value="Ada"');
  });

  it.each([
    ['an address', 'example.org', 'Enter a name, not an address.'],
    ['nothing', '', 'Enter your name.'],
    ['markup', '<script>', 'Enter a name of letters and digits.'],
    ['a direction', '\u202eAda', 'Enter a name without control characters'],
    ['too much', 'x'.repeat(25), 'at most 24 characters'],
  ])('that types %s keeps what it typed, and is told why', async (_what, name, why) => {
    const { status, body } = await join(await arrive(), name);
    expect([status, body]).toEqual([422, expect.stringContaining(why)]);
  });

  it.each([
    ['no cookie', { cookie: '' }, 403],
    ['an invented cookie', { cookie: `phone=${'a'.repeat(32)}.${'a'.repeat(32)}` }, 403],
    ['a foreign page', { origin: 'http://evil.example' }, 403],
    ['a foreign name for this machine', { host: 'evil.example' }, 421],
    ['what is not a form', { 'content-type': 'application/json' }, 422],
  ])('with %s starts nothing', async (_what, headers, status) => {
    expect((await join(await arrive(), 'Eve', headers as Record<string, string>)).status).toBe(status);
    expect(await say('room', 'hide', 'Eve')).toContain('There is no "Eve" on the wall');
  });

  it('that sends far too much is refused', async () => {
    const { status } = await join(await arrive(), 'x'.repeat(5000));
    expect(status).toBe(413);
  });

  it('is served beside fifty slow ones, whose connections are ended', async () => {
    const slow = lan.phone({ host: lan.address, port: stage.ports.APP_PORT, slow: 50 });
    expect(await greet('Quick')).toMatch(/^\/join\/room-quick-/);
    expect(await slow).toEqual({ status: 50 });
  });

  it('sees no greeting but those of phones: not the presenter’s, and none by guessing', async () => {
    await say('greet', 'Ziggy');
    for (const path of ['/join/greeting-ziggy-000000', '/join/room-priya-00000000000000000000'])
      expect((await get(path)).status).toBe(404);
  });
});

/** Who may reach what; a cell each. */
const PAGES = [
  '/wall',
  '/wall/events',
  '/latest',
  '/latest/events',
  '/counters',
  '/greetings/x',
  '/greetings',
  '/live.json',
  '/demo',
];
const PORTS = ['CONTROL_PORT', 'NETWORK_PORT', 'SERVER_PORT', 'UI_PORT', 'BACKSTAGE_PORT'] as const;

describe.skipIf(!canRun)('from a phone', () => {
  it.each(PAGES)('%s is not there', async (path) => {
    expect((await get(path)).status).toBe(404);
  });

  it('the wall hides nothing for it', async () => {
    const { status } = await lan.phone({
      ...{ host: lan.address, port: stage.ports.APP_PORT, path: '/wall', method: 'POST' },
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'names=hide',
    });
    expect(status).toBe(404);
  });

  it.each(PORTS)('nothing listens at %s', async (port) => {
    expect(await lan.phone({ host: lan.address, port: stage.ports[port] })).toEqual({
      error: 'ECONNREFUSED',
    });
  });

  it('the app’s port leads to the way in', async () => {
    expect((await get('/')).headers?.location).toBe('/join');
  });
});

describe.skipIf(!canRun)('the room', () => {
  it('outlives a kill of the Worker: phones join meanwhile, and all are greeted, once each', async () => {
    await say('room', 'clear');
    await say('room', 'sleep', '3');
    const early = await Promise.all(Array.from({ length: 20 }, (_, index) => greet(`Early ${index}`)));
    expect(await say('kill', 'worker')).toMatch(/^0 /);
    const waits = await get(`${early[0]}/events`, {}, 'Yours waits.');
    expect(waits.body).toContain('No Worker is there. Yours waits.');
    await Promise.all(Array.from({ length: 5 }, (_, index) => greet(`Late ${index}`)));
    expect(await say('expect', 'in flight at least 25')).toMatch(/^0 .*25 in flight/s);
    await say('start', 'worker');
    expect(await say('expect', 'all greeted')).toMatch(
      /^0 .*25 started, 25 greeted, none twice\n.*50 of 50 lookups/s,
    );
  });

  it('is not what the projector follows: somebody who joins does not take it from the presenter', async () => {
    const page = /greetings\/(\S+)/.exec(await say('greet', 'Presenter'))?.[1] ?? '';
    await greet('Heckler');
    expect(await say('status')).toContain(page);
  });

  it('keeps its wall when the app is killed', async () => {
    await say('restart', 'app');
    await until(async () => (await get('/join')).status === 200);
    expect(await say('room')).toMatch(/26 greeted|27 greeted/);
  });

  it('forgets its names with a reset', async () => {
    await greet('Priya');
    expect(await say('reset')).toMatch(/^0 .*names of the room forgotten within a minute: [1-9]\d*/s);
    expect(await say('room')).toContain('0 greeted, 0 in flight, 0 lost');
    expect(await say('room', 'hide', 'Priya')).toMatch(/^1 Nobody is on the wall\./);
  });

  it('closes, and nobody comes in; the laptop has another address, and the wall shows it', async () => {
    await say('close', 'room');
    await until(async () => (await get('/join')).error === 'ECONNREFUSED');
    await say('open', 'room');
    expect((await get('/join')).status).toBe(200);
    lan.move('10.77.0.9');
    await stage.untilSaid(`Room open: http://10.77.0.9:${stage.ports.APP_PORT}/join`);
    expect((await lan.phone({ host: '10.77.0.9', port: stage.ports.APP_PORT, path: '/join' })).status).toBe(
      200,
    );
    lan.move(lan.address);
    expect(await say('open', 'room', '10.9.9.9')).toMatch(/^1 10\.9\.9\.9 is not an address of this machine/);
  });
});
