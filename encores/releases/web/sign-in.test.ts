// Signing in over HTTP: who gets to see what, how a form and a script sign in, and what wrong passwords lead to.
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { securityHeaders } from '../../../hello-ip/web/guards.ts';
import { vocabulary } from '../../../hello-ip/web/vocabulary.ts';
import { SESSION_MS } from '../../support/sessions.ts';
import { readUser, signIn } from './sign-in.ts';
import { VIEWS } from './templates.ts';

const EMAIL = 'Ziggy@example.org';
const PASSWORD = 'correct: hörse';
/** Far too cheap for anybody to sign in with, and quick to test. */
const CHEAP = 2;
const WRONG = 'E-mail address or password is wrong. Try again.';
const PAGE = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8', 'user-agent': 'Mozilla/5.0' };
const CHALLENGE = 'Basic realm="Encore", charset="UTF-8"';

let server: Server;
let url: string;
let time: number;
let delays: number[];
let delay: (ms: number) => Promise<unknown>;

beforeEach(async () => {
  time = Date.now();
  delays = [];
  delay = async (ms) => void delays.push(ms);
  const user = readUser({ ENCORE_USER: EMAIL, ENCORE_PASSWORD: PASSWORD }, () => {}, CHEAP);
  const app = express()
    .set('views', VIEWS)
    .set('view engine', 'ejs')
    // Only so that a test can say that it came by https.
    .set('trust proxy', 'loopback')
    .use(securityHeaders, signIn(user, { now: () => time, delay: (ms) => delay(ms) }))
    .use((_, response) => void response.send('secret'));
  Object.assign(app.locals, { vocabulary });
  server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

const ask = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  fetch(url + path, { method, headers, redirect: 'manual' });

const send = (fields: Record<string, string>, headers: Record<string, string> = {}, path = '/sign-in') =>
  fetch(url + path, {
    ...{ method: 'POST', redirect: 'manual', headers: { ...PAGE, ...headers } },
    body: new URLSearchParams(fields),
  });

const basic = (email: string, password: string) => ({
  authorization: `Basic ${Buffer.from(`${email}:${password}`).toString('base64')}`,
});

const cookieOf = (answer: Response) => answer.headers.getSetCookie()[0] ?? '';

/** Signs in by the form. @returns the header that a browser sends from then on */
async function session() {
  const answer = await send({ email: EMAIL, password: PASSWORD });
  expect(answer.status).toBe(303);
  return { cookie: `browser=1; ${cookieOf(answer).split(';')[0]}` };
}

it.each(['/', '/releases/x?since=7', '/apiary'])(
  'sends a browser that asks for %s to the form',
  async (path) => {
    const answer = await ask(path, PAGE);
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toBe(`/sign-in?next=${encodeURIComponent(path)}`);
    expect(answer.headers.get('cache-control')).toBe('no-store');
  },
);

it.each([
  ['the API', 'GET', '/api/releases', PAGE],
  ['health', 'GET', '/health', PAGE],
  ['a post', 'POST', '/releases/x/cancel', PAGE],
  ['a deletion of the form', 'DELETE', '/sign-in', PAGE],
  ['a stream', 'GET', '/releases/events', { ...PAGE, accept: 'text/event-stream' }],
  ['a part of a page', 'GET', '/releases', { ...PAGE, 'hx-request': 'true' }],
  ['a script', 'GET', '/releases', { accept: '*/*' }],
  ['a made-up session', 'GET', '/health', { cookie: `session=${'a'.repeat(43)}` }],
  ['something else than Basic', 'GET', '/health', { authorization: 'Bearer abc' }],
  ['a Basic without a colon', 'GET', '/health', { authorization: 'Basic YWJj' }],
])('answers %s with a problem', async (_, method, path, headers: Record<string, string>) => {
  const answer = await ask(path, headers, method);
  expect(answer.headers.get('content-type')).toContain('application/problem+json');
  expect(await answer.json()).toEqual({
    ...{ type: 'about:blank', title: 'Unauthorized', status: 401 },
    detail: 'You are not signed in. Open /sign-in, or send e-mail address and password as HTTP Basic.',
  });
  expect(answer.status).toBe(401);
  expect(answer.headers.get('www-authenticate')).toBe(headers['user-agent'] ? null : CHALLENGE);
  expect(answer.headers.get('hx-redirect')).toBe(headers['hx-request'] ? '/sign-in' : null);
});

it('shows the form, with what was typed in its place', async () => {
  const page = await (await ask('/sign-in?next=/releases%3Fa%3D%22', PAGE)).text();
  expect(page).toContain('<link rel="stylesheet" href="/public/site.css">');
  expect(page).toContain('<label for="email">E-mail address</label>');
  expect(page).toContain('autocomplete="current-password"');
  expect(page).toContain('name="next" value="/releases?a=&#34;"');
  expect(page).not.toMatch(/role="alert"|<script|<style|style=/);
});

it('signs in for every kind of request, with a cookie for no one else', async () => {
  const answer = await send({ email: 'ziggy@EXAMPLE.org ', password: PASSWORD, next: '/releases/x?a=1' });
  expect(answer.status).toBe(303);
  expect(answer.headers.get('location')).toBe('/releases/x?a=1');
  const [pair, ...flags] = cookieOf(answer).split('; ');
  expect(pair).toMatch(/^session=[\w-]{43}$/);
  expect(flags.filter((flag) => !flag.startsWith('Expires='))).toEqual([
    ...['Max-Age=43200', 'Path=/', 'HttpOnly', 'SameSite=Strict'],
  ]);
  const cookie = { cookie: String(pair) };
  for (const [path, method] of [['/releases'], ['/api/releases'], ['/health'], ['/x', 'POST']] as const)
    expect(await (await ask(path, { ...PAGE, ...cookie }, method)).text()).toBe('secret');
});

it('keeps the cookie to https where it was made by https', async () => {
  const answer = await send({ email: EMAIL, password: PASSWORD }, { 'x-forwarded-proto': 'https' });
  expect(cookieOf(answer)).toContain('; Secure');
});

it('says the same of a wrong e-mail address as of a wrong password', async () => {
  const wrongOnes = [
    { email: EMAIL, password: 'wrong' },
    { email: 'x', password: PASSWORD },
    { email: EMAIL },
  ];
  for (const typed of wrongOnes) {
    const answer = await send({ next: '/releases', ...typed } as Record<string, string>);
    expect(answer.status).toBe(401);
    expect(answer.headers.has('www-authenticate')).toBe(false);
    expect(answer.headers.has('set-cookie')).toBe(false);
    const page = await answer.text();
    expect(page).toContain(`<p class="alert" role="alert">${WRONG}</p>`);
    expect(page).toContain('name="next" value="/releases"');
    expect(page).not.toContain(PASSWORD);
  }
});

it.each([
  ...['https://evil.example', '//evil.example', '/\\evil.example', '\\\\evil.example', '/\t/evil.example'],
  ...[
    '/a\\b',
    '/\n/evil.example',
    '/a\u0000',
    '/\u0085/evil.example',
    ' //evil.example',
    'javascript:alert(1)',
  ],
  ...['evil.example', '', '///evil.example', '/\r\nset-cookie: a=b', '@evil.example', `/${'a'.repeat(1001)}`],
])('goes nowhere else than to / for %j', async (next) => {
  expect((await send({ email: EMAIL, password: PASSWORD, next })).headers.get('location')).toBe('/');
  const page = await (await ask(`/sign-in?next=${encodeURIComponent(next)}`, PAGE)).text();
  expect(page).toContain('name="next" value="/"');
});

it.each(['/.//evil.example', '/%2f/evil.example', '/@evil.example', '/?a=//b', '/%5cevil.example', '/é'])(
  'stays on this site for %j',
  async (next) => {
    const answer = await send({ email: EMAIL, password: PASSWORD, next });
    expect(new URL(String(answer.headers.get('location')), url).origin).toBe(url);
  },
);

it('ends the session after twelve hours', async () => {
  const cookie = await session();
  time += SESSION_MS - 1;
  expect((await ask('/health', cookie)).status).toBe(200);
  time += 1;
  expect((await ask('/health', cookie)).status).toBe(401);
});

it('signs out, this session alone', async () => {
  const [one, other] = [await session(), await session()];
  const answer = await send({}, one, '/sign-out');
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/sign-in']);
  expect(cookieOf(answer)).toMatch(/^session=; Path=\/; Expires=Thu, 01 Jan 1970/);
  expect((await ask('/health', one)).status).toBe(401);
  expect((await ask('/health', other)).status).toBe(200);
});

it.each(['/sign-in', '/sign-out'])('refuses a page of another site at %s', async (path) => {
  const answer = await send({ email: EMAIL, password: PASSWORD }, { origin: 'http://evil.example' }, path);
  expect(answer.status).toBe(403);
  expect(answer.headers.has('set-cookie')).toBe(false);
});

it.each([
  ['too long', 413, { 'content-type': 'application/x-www-form-urlencoded' }, `email=${'a'.repeat(5000)}`],
  ['not a form', 415, { 'content-type': 'application/json' }, '{}'],
  ['in no known letters', 415, { 'content-type': 'application/x-www-form-urlencoded; charset=x' }, 'a=b'],
])('shows the form again for a body that is %s, and does not count it', async (_, status, headers, body) => {
  for (let index = 0; index < 6; index++) {
    const answer = await fetch(`${url}/sign-in`, { method: 'POST', headers, body });
    expect(answer.status).toBe(status);
    expect(await answer.text()).toContain('That could not be read as this form. Fill it in here.');
  }
  await session();
  expect(delays).toEqual([]);
});

it('lets a script in by HTTP Basic', async () => {
  expect(await (await ask('/api/releases', basic(EMAIL, PASSWORD), 'POST')).text()).toBe('secret');
  const refused = await ask('/api/releases', basic(EMAIL, 'wrong'));
  expect(refused.headers.get('www-authenticate')).toBe(CHALLENGE);
  expect(await refused.json()).toMatchObject({ status: 401, detail: WRONG });
});

it('is slow after five wrong tries, by form or script, until one is right', async () => {
  for (let index = 0; index < 4; index++) {
    await send({ email: EMAIL, password: 'wrong' });
    await ask('/health', basic(EMAIL, 'wrong'));
  }
  expect(delays).toEqual([1000, 2000, 4000]);
  await session();
  expect(delays).toEqual([1000, 2000, 4000, 8000]);
  await send({ email: EMAIL, password: 'wrong' });
  expect(delays).toHaveLength(4);
});

it('refuses further tries while one waits, but not those who have signed in', async () => {
  const cookie = await session();
  for (let index = 0; index < 5; index++) await ask('/health', basic(EMAIL, 'wrong'));
  let release = () => {};
  delay = () => new Promise<void>((resolve) => (release = resolve));
  const begun = vi.fn();
  const slow = ask('/health', basic(EMAIL, PASSWORD)).finally(begun);
  await vi.waitFor(async () => expect((await ask('/health', basic(EMAIL, PASSWORD))).status).toBe(429));
  const byForm = await send({ email: EMAIL, password: PASSWORD });
  expect([byForm.status, byForm.headers.get('retry-after')]).toEqual([429, '1']);
  expect(await byForm.text()).toContain('Too many have tried to sign in. Try again in 1 s.');
  expect(await (await ask('/health', basic(EMAIL, PASSWORD))).json()).toMatchObject({
    title: 'Too Many Requests',
  });
  expect((await ask('/health', cookie)).status).toBe(200);
  expect(begun).not.toHaveBeenCalled();
  release();
  expect((await slow).status).toBe(200);
});

it('makes up what is missing, and prints it once and never a given password', () => {
  const print = vi.fn();
  const user = readUser({}, print, CHEAP);
  expect(user.email).toBe('presenter@localhost');
  expect(print.mock.calls).toEqual([
    [
      expect.stringMatching(
        /^Sign in as presenter@localhost with the password ([a-z2-9]{4}-){4}[a-z2-9]{4}\./,
      ),
    ],
  ]);
  readUser({ ENCORE_USER: EMAIL }, print, CHEAP);
  expect(print).toHaveBeenLastCalledWith(expect.stringContaining(`Sign in as ${EMAIL} with the password `));
  expect(print.mock.calls[0]?.[0].slice(30)).not.toBe(print.mock.calls[1]?.[0].slice(30));
  readUser({ ENCORE_PASSWORD: PASSWORD }, print, CHEAP);
  expect(print).toHaveBeenLastCalledWith('Sign in as presenter@localhost with your ENCORE_PASSWORD.');
  expect(print).toHaveBeenCalledTimes(3);
  readUser({ ENCORE_USER: EMAIL, ENCORE_PASSWORD: PASSWORD }, print, CHEAP);
  expect(print).toHaveBeenCalledTimes(3);
});

it('keeps the password as a hash, another one each time', () => {
  const [one, other] = [1, 2].map(() => readUser({ ENCORE_PASSWORD: PASSWORD }, () => {}));
  expect(one?.passwordHash).toMatchObject({ cost: 16_384, hash: expect.any(Buffer) });
  expect(one?.passwordHash.hash).not.toEqual(other?.passwordHash.hash);
});

it.each([
  [{ ENCORE_USER: 'ziggy' }, /^ENCORE_USER is not an e-mail address\. /],
  [{ ENCORE_USER: 'zig:gy@example.org' }, /^ENCORE_USER /],
  [{ ENCORE_USER: 'ziggy@example.org\n' }, undefined],
  [{ ENCORE_PASSWORD: '1234567' }, /^ENCORE_PASSWORD is too short\. /],
  [{ ENCORE_PASSWORD: '😀😀😀😀' }, /^ENCORE_PASSWORD /],
  [{ ENCORE_PASSWORD: '12345678' }, undefined],
])('reads the settings %j, or names the variable', (env: NodeJS.ProcessEnv, message) => {
  const print = vi.fn();
  const read = () => readUser(env, print, CHEAP);
  if (!message) return expect(read).not.toThrow();
  expect(read).toThrow(
    expect.objectContaining({ name: 'UserError', message: expect.stringMatching(message) }),
  );
  expect(print).not.toHaveBeenCalled();
});
