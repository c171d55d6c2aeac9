// The lock on its own: one at a time, however many come, and no lock outlives its owner.
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { until } from '../../../test/support/cli-fakes.ts';
import { withLock } from './lock.ts';

const { signal } = new AbortController();
let folder: string;
let lock: string;
let lines: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'temporal-cli-lock-'));
  lock = join(folder, 'cli.lock');
  lines = [];
});
afterEach(() => rm(folder, { recursive: true }));

const print = (line: string) => void lines.push(line);

async function heldBy(owner: string, identity: string): Promise<void> {
  await mkdir(lock);
  await writeFile(join(lock, owner), identity);
}

test('ten that come at once get in one after the other, and leave nothing behind', async () => {
  let inside = 0;
  const most: number[] = [];
  const work = async () => {
    inside += 1;
    await setImmediate();
    most.push(inside);
    inside -= 1;
  };
  await Promise.all(Array.from({ length: 10 }, () => withLock(lock, { print, signal }, work)));
  expect(most).toEqual(Array(10).fill(1));
  expect(await readdir(folder)).toEqual([]);
});

test('work that fails releases the lock', async () => {
  const failure = withLock(lock, { print, signal }, () => Promise.reject(new Error('broken')));
  await expect(failure).rejects.toThrow('broken');
  expect(await readdir(folder)).toEqual([]);
});

test.skipIf(process.platform === 'win32')(
  'a living stranger with the pid of a dead owner holds nothing',
  async () => {
    await heldBy(String(process.ppid), 'another process that had this pid');
    expect(await withLock(lock, { print, signal }, async () => 'in')).toBe('in');
    expect(lines).toEqual([]);
  },
);

test.each(['4194305', 'rubbish', '0', '-1'])(
  'an owner that cannot exist (%s) holds nothing',
  async (owner) => {
    await heldBy(owner, '');
    expect(await withLock(lock, { print, signal }, async () => 'in')).toBe('in');
  },
);

test('an empty lock folder holds nothing', async () => {
  await mkdir(lock);
  expect(await withLock(lock, { print, signal }, async () => 'in')).toBe('in');
});

test('a process that waits says so once, and can be called off', async () => {
  const controller = new AbortController();
  await withLock(lock, { print, signal }, async () => {
    const waiting = withLock(lock, { print, signal: controller.signal }, async () => 'in');
    const outcome = expect(waiting).rejects.toThrow();
    await until(() => lines.length).toBe(1);
    controller.abort();
    await outcome;
  });
  expect(lines).toEqual([`Process ${process.pid} is already fetching the Temporal CLI; waiting for it.`]);
  expect(await readdir(folder)).toEqual([]);
});
