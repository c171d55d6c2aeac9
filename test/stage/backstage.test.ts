// Who gets backstage and who does not, from this machine and from a phone in its Wi-Fi; and one walk at a time.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasNamespaces } from '../deploy/containers.ts';
import {
  cleanUp,
  freePorts,
  isThere,
  leftOf,
  type Program,
  run,
  startStage,
  until,
} from '../support/harness.ts';
import { type Lan, startLan } from '../support/lan.ts';
import type { Told } from '../support/lan-phone.ts';

const canRun = hasNamespaces();
let lan: Lan;
let stage: Program;
let backstage: Program;
/** Of the phone that is backstage at the end. */
let cookie = '';

beforeAll(async () => {
  if (!canRun) return;
  lan = await startLan();
  const ports = await freePorts();
  stage = await startStage([], { command: lan.onLaptop('stage/commands/start.ts'), ports });
  backstage = await runHere('stage/commands/backstage.ts', ['phone', '30'], true);
  await backstage.untilSaid('Enter: another code');
});
afterAll(async () => {
  await cleanUp();
  lan?.stop();
});

function runHere(file: string, words: string[], typed = false): Promise<Program> {
  const { folder, ports } = stage;
  return run(file, words, { folder, ports, typed, command: lan.onLaptop(file) });
}

const port = () => stage.ports.BACKSTAGE_PORT;
const here = () => `${lan.address}:${port()}`;

function post(
  path: string,
  body: unknown,
  headers: Record<string, string> = {},
  until?: string,
): Promise<Told> {
  return lan.phone({
    ...{ host: lan.address, port: port(), path, method: 'POST', until },
    headers: {
      'content-type': 'application/json',
      'x-backstage': '1',
      origin: `http://${here()}`,
      ...headers,
    },
    body: JSON.stringify(body),
  });
}

const get = (path: string, headers: Record<string, string> = {}, until?: string) =>
  lan.phone({ host: lan.address, port: port(), path, headers, until });

/** The newest code in the terminal. */
async function newCode(): Promise<string> {
  backstage.type('');
  const [, code = ''] = await backstage.untilSaid(/Backstage: http:\/\/[\d.:]+\/#([\w-]{22})/);
  return code;
}

/** Pairs a phone; what the terminal is told is up to the caller. Returns its cookie. */
async function pair(answer: 'y' | 'n'): Promise<string | undefined> {
  const code = await newCode();
  const paired = post('/pair', { code });
  const [, digits = ''] = await backstage.untilSaid(/Is yours showing (\d{4})\?/);
  backstage.type(answer);
  const { status, body = '' } = await paired;
  const [shown, ticket] = body.split('\n');
  expect([status, shown]).toEqual([200, digits]);
  if (ticket === 'no') return undefined;
  const { headers } = await post('/enter', { ticket });
  const [cookie = ''] = String(headers?.['set-cookie']).split(';');
  expect(String(headers?.['set-cookie'])).toMatch(/; HttpOnly; SameSite=Strict$/);
  return cookie;
}

async function seqOf(cookie: string): Promise<number> {
  const { body = '' } = await get('/', { cookie });
  return Number(/id="next" data-press="next" data-seq="(\d+)"/.exec(body)?.[1]);
}

describe.skipIf(!canRun)('backstage', () => {
  it('shows nothing without a cookie, and says so in a sentence', async () => {
    for (const path of ['/events', '/press', '/nothing']) {
      const { status, body } = await get(path);
      expect([status, body]).toEqual([
        401,
        'Backstage is for the presenter. Open the address that npm run backstage prints.\n',
      ]);
    }
    const { status, body, headers } = await get('/');
    expect([status, body]).toEqual([401, expect.stringContaining('Backstage is for the presenter.')]);
    expect(body).not.toContain('data-press');
    expect(String(headers?.['content-security-policy'])).toContain("default-src 'none'");
  });

  it('lets a phone in when the terminal says that it shows the right digits, and not before', async () => {
    expect(await pair('n')).toBeUndefined();
    const cookie = (await pair('y')) ?? '';
    expect((await get('/', { cookie })).body).toContain('data-press="next"');
    expect((await get('/events', { cookie }, 'Teaser')).body).toContain('Teaser');
  });

  it('forgets a cookie when another phone comes in', async () => {
    const stolen = (await pair('y')) ?? '';
    const cookie = (await pair('y')) ?? '';
    expect((await get('/', { cookie: stolen })).status).toBe(401);
    expect((await post('/press', { do: 'skip', seq: 0 }, { cookie: stolen })).status).toBe(401);
    expect((await get('/', { cookie })).status).toBe(200);
  });

  it('takes a code once, and no ticket that it has not promised', async () => {
    const code = await newCode();
    const used = post('/pair', { code });
    await backstage.untilSaid(/Is yours showing/);
    expect((await post('/pair', { code })).body).toContain('used up or too old');
    backstage.type('n');
    await used;
    expect((await post('/enter', { ticket: 'y' })).status).toBe(401);
    expect((await post('/enter', { ticket: ['y'] })).status).toBe(401);
  });

  it.each([
    ['a foreign page', { origin: 'http://evil.example' }, 403],
    ['no page at all', { origin: '' }, 403],
    ['the page of the room', { origin: 'http://10.77.0.2:8000' }, 403],
    ['a form', { 'content-type': 'text/plain' }, 403],
    ['no header of ours', { 'x-backstage': '' }, 403],
    ['a foreign name for this machine', { host: 'evil.example' }, 421],
    ['the name of the other listener', { host: `127.0.0.1:1` }, 421],
  ])('takes no order from %s, even with the cookie', async (_what, headers, status) => {
    const cookie = (await pair('y')) ?? '';
    const seq = await seqOf(cookie);
    expect(
      (await post('/press', { do: 'skip', seq }, { cookie, ...(headers as Record<string, string>) })).status,
    ).toBe(status);
    expect(await seqOf(cookie)).toBe(seq);
  });

  it('can do what the page can, and nothing typed', async () => {
    const cookie = (await pair('y')) ?? '';
    for (const [path, body] of [
      ['/press', { do: 'run', seq: 0, line: 'npm run stage reset' }],
      ['/press', { do: 'next', seq: 0, words: ['reset'] }],
      ['/switch', { name: 'app', to: 'broken' }],
      ['/switch', { name: 'worker', to: 'kill -9 1' }],
    ] as const)
      expect((await post(path, body, { cookie })).status).toBe(400);
    const [preflight, read] = [
      await lan.phone({
        host: lan.address,
        port: port(),
        path: '/press',
        method: 'OPTIONS',
        headers: { cookie, origin: 'http://evil.example' },
      }),
      await get('/', { cookie, origin: 'http://evil.example' }),
    ];
    for (const { headers } of [preflight, read])
      expect(headers?.['access-control-allow-origin']).toBeUndefined();
  });

  it('kills the Worker and starts it, and two presses of the same button are one', async () => {
    const cookie = (await pair('y')) ?? '';
    const before = stage.pidOf('worker');
    expect((await post('/switch', { name: 'worker', to: 'broken' }, { cookie })).status).toBe(200);
    await stage.untilSaid(`died: SIGKILL (pid ${before})`);
    expect((await get('/events', { cookie }, 'hold to start')).body).toContain('hold to start');
    expect((await post('/switch', { name: 'worker', to: 'whole' }, { cookie })).status).toBe(200);
    expect(stage.pidOf('worker')).not.toBe(before);
    const seq = await seqOf(cookie);
    const both = await Promise.all([
      post('/press', { do: 'skip', seq }, { cookie }),
      post('/press', { do: 'skip', seq }, { cookie }),
    ]);
    expect(both.map(({ body }) => body).toSorted()).toEqual(['{"counts":false}', '{"counts":true}']);
  });

  it('is silent for a minute after five wrong codes; who is in stays in', async () => {
    cookie = (await pair('y')) ?? '';
    for (let tries = 0; tries < 5; tries += 1) expect((await post('/pair', { code: 'x' })).status).toBe(401);
    expect((await post('/pair', { code: await newCode() })).error).toBe('ECONNRESET');
    expect((await get('/', { cookie })).status).toBe(200);
  });

  it.each([
    ['another backstage', 'stage/commands/backstage.ts', []],
    ['a drill in a terminal', 'stage/commands/drill.ts', ['success']],
    ['a rehearsal', 'stage/commands/rehearse.ts', ['success']],
  ])('walks alone: %s is refused with a sentence', async (_what, file, words) => {
    const second = await runHere(file, words);
    expect((await second.ended()).code).toBe(1);
    expect(second.output()).toMatch(
      /^A walk through the notes is already running \(pid \d+\)\. Use it, or stop it with Ctrl-C in its terminal/,
    );
  });

  it('says when the stage is gone, and what starts it', async () => {
    await stage.leave('SIGKILL');
    const { body } = await get('/events', { cookie }, 'npm start');
    expect(body).toContain('The stage does not answer. Start it in a terminal: npm start');
    expect((await backstage.leave('SIGINT')).code).toBe(130);
  });
});

describe('npm start backstage', () => {
  it('brings it up with the stage, and it leaves with it; what a kill leaves behind is cleared by the next start', async () => {
    const first = await startStage(['backstage']);
    await first.untilSaid(/Backstage: http:\/\/127\.0\.0\.1:\d+\/#/);
    const { folder, ports } = first;
    const pid = first.pidOf('backstage');
    // It holds the terminal, so the stage's own end is waited for.
    first.child.kill('SIGKILL');
    await until(() => !isThere(first.pid));
    expect(isThere(pid)).toBe(true);
    const second = await startStage(['backstage'], { folder, ports });
    expect(second.output()).toMatch(/Cleaned up what an earlier stage left behind: .*backstage/);
    expect(isThere(pid)).toBe(false);
    await second.untilSaid(/Backstage: http:\/\/127\.0\.0\.1:\d+\/#/);
    await second.leave();
    expect(await leftOf(second)).toEqual([]);
  });
});
