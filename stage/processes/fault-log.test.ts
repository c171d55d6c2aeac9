// The log of faults: what a new stage makes of what an earlier one left, and what it is when nobody can read it.
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { faultReader } from '../../hello-ip/web/timeline/faults.ts';
import { faultLogFile, noteChange, noteFault, openFaultLog } from './fault-log.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'faults '));
});
afterEach(() => rmSync(folder, { recursive: true }));

const read = () => faultReader(faultLogFile(folder))();

it('pairs what was broken with its end; two counters are one thing, and a network that starts is open', () => {
  openFaultLog(folder);
  noteChange(folder, 'worker', 'kill -9');
  noteChange(folder, 'worker', 'ready');
  noteChange(folder, 'volatile', 'kill -9');
  noteChange(folder, 'durable', 'kill -9');
  noteFault(folder, 'lookups', 'cut');
  noteChange(folder, 'network', 'ready');
  expect(read()).toMatchObject([
    { hit: 'worker', what: 'kill -9', over: expect.any(Number) },
    { hit: 'counters', what: 'kill -9' },
    { hit: 'lookups', what: 'cut', over: expect.any(Number) },
  ]);
});

it('what an earlier stage left broken is over with the next one', () => {
  openFaultLog(folder);
  noteChange(folder, 'server', 'stopped');
  expect(read()[0]?.over).toBeUndefined();
  openFaultLog(folder);
  expect(read()).toMatchObject([{ hit: 'server', over: expect.any(Number) }]);
});

it('is for this user only', () => {
  openFaultLog(folder);
  expect(statSync(faultLogFile(folder)).mode & 0o077).toBe(0);
});

it('that is no log, or is gone, has no faults in it', () => {
  writeFileSync(faultLogFile(folder), 'nonsense\n{"at":"now"}\n');
  expect(read()).toEqual([]);
  rmSync(faultLogFile(folder));
  expect(read()).toEqual([]);
  expect(faultReader('')()).toEqual([]);
  expect(faultReader(folder)()).toEqual([]); // a folder
});
