// What the sign-in remembers: how long a session lasts, and how slow tries become, on a clock that the test moves.
import { beforeEach, expect, it } from 'vitest';
import { type Clock, createSessions, createTries, SESSION_MS } from './sessions.ts';

let time: number;
let delays: number[];
let release: (() => void)[];
const now = () => time;
/** Passes at once, and is written down. */
const brief: Clock = { now, delay: async (ms) => void delays.push(ms) };
/** Passes when the test says so. */
const held: Clock = { now, delay: () => new Promise<void>((resolve) => release.push(resolve)) };
const wrong = async () => false;
const right = async () => true;

beforeEach(() => {
  time = 1_000_000;
  delays = [];
  release = [];
});

async function repeat(times: number, act: (index: number) => Promise<unknown>) {
  for (let index = 0; index < times; index++) await act(index);
}

it('ends a session after its time, when it is closed, and never opens one for a made-up token', () => {
  const sessions = createSessions({ now });
  const [first, second] = [sessions.open(), sessions.open()];
  expect(first).toMatch(/^[\w-]{43}$/);
  expect(first).not.toBe(second);
  sessions.close(second);
  time += SESSION_MS - 1;
  expect([first, second, ''].map(sessions.isOpen)).toEqual([true, false, false]);
  time += 1;
  expect(sessions.isOpen(first)).toBe(false);
});

it('ends the oldest of more than 100 sessions', () => {
  const sessions = createSessions({ now });
  const tokens = Array.from({ length: 101 }, sessions.open);
  expect(tokens.map(sessions.isOpen)).toEqual([false, ...Array(100).fill(true)]);
});

it('makes tries slow after five wrong ones, twice as slow each time, and 30 s at most', async () => {
  const makeTry = createTries(brief);
  await repeat(12, () => makeTry('a', wrong));
  expect(delays).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
  await makeTry('b', wrong);
  expect(delays).toHaveLength(7);
});

it.each(['right', 'an hour later'])('forgets wrong tries: %s', async (why) => {
  const makeTry = createTries(brief);
  await repeat(6, () => makeTry('a', wrong));
  if (why === 'right') expect(await makeTry('a', right)).toBe('right');
  else time += 3_600_000;
  delays = [];
  await repeat(5, () => makeTry('a', wrong));
  expect(delays).toEqual([]);
});

it('counts tries that are made at the same time', async () => {
  const makeTry = createTries(held);
  const made = Array.from({ length: 7 }, () => makeTry('a', wrong));
  expect(await Promise.all(made.filter((_, index) => index !== 5))).toEqual([
    ...Array(5).fill('wrong'),
    { retryAfter: 1 },
  ]);
  expect(release).toHaveLength(1);
});

it('refuses an address at once while one of its tries waits, and says how long', async () => {
  const makeTry = createTries(held);
  await repeat(5, () => makeTry('a', wrong));
  const slow = makeTry('a', right);
  time += 300;
  expect(await makeTry('a', right)).toEqual({ retryAfter: 1 });
  expect(await makeTry('b', right)).toBe('right');
  release.pop()?.();
  expect(await slow).toBe('right');
  expect(await makeTry('a', right)).toBe('right');
});

it('makes everybody slow after 50 wrong tries from anywhere, except this machine', async () => {
  const makeTry = createTries(brief);
  await repeat(52, (index) => makeTry(`192.0.2.${index}`, wrong));
  expect(delays).toEqual([1000, 2000]);
  await repeat(1, () => makeTry('::ffff:127.0.0.1', wrong));
  expect(delays).toHaveLength(2);
});

it('lets 20 tries wait and no more, except from this machine', async () => {
  const makeTry = createTries(held);
  await repeat(50, (index) => makeTry(`192.0.2.${index}`, wrong));
  const waiting = Array.from({ length: 20 }, (_, index) => makeTry(`198.51.100.${index}`, wrong));
  expect(await makeTry('198.51.100.20', right)).toEqual({ retryAfter: 5 });
  expect(await makeTry('::1', right)).toBe('right');
  for (const go of release) go();
  expect(await Promise.all(waiting)).toEqual(Array(20).fill('wrong'));
});

it('checks one at a time, and goes on after one that failed', async () => {
  const makeTry = createTries(brief);
  let running = 0;
  let most = 0;
  const check = async () => {
    most = Math.max(most, ++running);
    await new Promise(setImmediate);
    running--;
    return true;
  };
  const broken = makeTry('a', () => Promise.reject(new Error('no memory')));
  const others = ['b', 'c', 'd'].map((address) => makeTry(address, check));
  await expect(broken).rejects.toThrow('no memory');
  expect(await Promise.all(others)).toEqual(Array(3).fill('right'));
  expect(most).toBe(1);
});
