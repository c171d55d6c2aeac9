// What an earlier stage left behind is ended, and nothing else ever is.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  claimStage,
  clearLeftOvers,
  forgetPid,
  makeStageFolder,
  notePid,
  refuseSecond,
  runningElsewhere,
} from './pid-files.ts';
import { identityOf } from './process-table.ts';

let folder: string;
const children: ChildProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'left overs '));
  makeStageFolder(folder);
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

function sleeper(name = 'ours'): number {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', name], { stdio: 'ignore' });
  children.push(child);
  return child.pid as number;
}

/** Changes a note, as time and other processes would. */
function rewrite(name: string, change: (note: Record<string, unknown>) => void): void {
  const file = join(folder, 'pids', `${name}.json`);
  const note = JSON.parse(readFileSync(file, 'utf8'));
  change(note);
  writeFileSync(file, JSON.stringify(note));
}

const deadOwner = { pid: 1, identity: 'started long ago' };

describe.skipIf(process.platform === 'win32')('left-overs', () => {
  it('ends a noted process whose owner is gone', async () => {
    const pid = sleeper();
    notePid(folder, 'server', pid);
    rewrite('server', (note) => Object.assign(note, { owner: deadOwner }));
    expect(await clearLeftOvers(folder)).toEqual(['server']);
    expect(identityOf(pid)).toBeUndefined();
    expect(existsSync(join(folder, 'pids', 'server.json'))).toBe(false);
  });

  it('leaves alone a process whose owner lives', async () => {
    const pid = sleeper();
    notePid(folder, 'server', pid);
    expect(await clearLeftOvers(folder)).toEqual([]);
    expect(identityOf(pid)).toBeDefined();
  });

  it('leaves alone another process that has the pid now', async () => {
    const [gone, foreign] = [sleeper(), sleeper('foreign')];
    notePid(folder, 'server', gone);
    rewrite('server', (note) => Object.assign(note, { owner: deadOwner, pid: foreign }));
    expect(await clearLeftOvers(folder)).toEqual([]);
    expect(identityOf(foreign)).toBeDefined();
  });

  it.each(['{', '{}', '{"name":"server","pid":-1,"identity":"x"}', '[]', 'null'])(
    'is not misled by %s',
    async (text) => {
      writeFileSync(join(folder, 'pids', 'server.json'), text);
      expect(await clearLeftOvers(folder)).toEqual([]);
    },
  );

  it('forgets a process only by the pid that was noted', () => {
    const pid = sleeper();
    notePid(folder, 'worker', pid);
    forgetPid(folder, 'worker', pid + 1);
    expect(existsSync(join(folder, 'pids', 'worker.json'))).toBe(true);
    forgetPid(folder, 'worker', pid);
    expect(existsSync(join(folder, 'pids', 'worker.json'))).toBe(false);
  });
});

describe.skipIf(process.platform === 'win32')('a second one', () => {
  it('is refused while the first and its owner live', async () => {
    const [owner, pid] = [sleeper(), sleeper()];
    notePid(folder, 'server', pid);
    rewrite('server', (note) => Object.assign(note, { owner: { pid: owner, identity: identityOf(owner) } }));
    expect(runningElsewhere(folder, 'server')?.pid).toBe(pid);
    const message = `The server of this stage is already running (pid ${pid}). Stop it (or: kill ${pid}).`;
    expect(() => refuseSecond(folder, 'server', 'Stop it')).toThrow(message);
    const ended = once(children[0] as ChildProcess, 'exit');
    process.kill(owner, 'SIGKILL');
    await ended;
    expect(runningElsewhere(folder, 'server')).toBeUndefined();
  });

  it('takes over the stage of a dead one', () => {
    claimStage(folder);
    rewrite('stage', (note) => Object.assign(note, { pid: 1, identity: 'gone', owner: deadOwner }));
    claimStage(folder);
    expect(JSON.parse(readFileSync(join(folder, 'pids', 'stage.json'), 'utf8')).pid).toBe(process.pid);
  });
});

it('says so when the folder cannot be written', () => {
  const file = join(folder, 'a file');
  writeFileSync(file, '');
  expect(() => makeStageFolder(join(file, 'stage'))).toThrow('or set STAGE_FOLDER to one that is.');
});
