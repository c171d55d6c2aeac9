// The lock of a PostgreSQL that was killed: taken away once it is dead, whoever has not waited for it, and not before.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { until } from '../../test/support/harness.ts';
import { isOver } from '../processes/process-table.ts';
import { unlock } from './postgres.ts';

let data: string;
let child: ChildProcess | undefined;
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'postgres-'));
});
afterEach(() => {
  child?.kill('SIGKILL');
  rmSync(data, { recursive: true });
});

const lock = () => join(data, 'postmaster.pid');
const locked = (pid: number) => writeFileSync(lock(), `${pid}\n${data}\n`);

it.skipIf(process.platform === 'win32')('is taken away when its parent has not waited for it', async () => {
  const note = join(data, 'pid');
  // The shell becomes a process that waits for nobody.
  child = spawn('sh', ['-c', 'sleep 0 & echo $! > "$0"; exec sleep 600', note]);
  await until(() => existsSync(note) && isOver(Number(readFileSync(note, 'utf8'))));
  locked(Number(readFileSync(note, 'utf8')));
  unlock(data);
  expect(existsSync(lock())).toBe(false);
});

it('stays while it runs', () => {
  locked(process.pid);
  unlock(data);
  expect(existsSync(lock())).toBe(true);
});
