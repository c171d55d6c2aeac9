// The supervisor with small real processes: each operation has one clear result, in whatever order they come.
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { userError } from '../../hello-ip/support/user-error.ts';
import { makeStageFolder } from './pid-files.ts';
import { identityOf } from './process-table.ts';
import { createRevive } from './revival.ts';
import { createSupervisor, type ProcessPlan, type SpawnCommand, type Supervisor } from './supervisor.ts';

const READY = 'console.log("Ready: now"); setInterval(() => {}, 1000);';
const TYPESCRIPT = ['--import', 'tsx', '--input-type=module', '-e'];
const NEVER_READY = 'console.log("warming up"); setInterval(() => {}, 1000);';

let folder: string;
let supervisor: Supervisor | undefined;
const lines: string[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'supervisor '));
  makeStageFolder(folder);
  lines.length = 0;
});
afterEach(async () => {
  await supervisor?.stopAll();
  rmSync(folder, { recursive: true });
});

function node(code: string): SpawnCommand {
  return { file: process.execPath, args: ['-e', code], env: process.env, ipc: true };
}

function planOf(name: string, code: string, more: Partial<ProcessPlan> = {}): ProcessPlan {
  return { name, command: () => node(code), ready: { line: 'Ready: ' }, ...more };
}

function supervise(...plans: ProcessPlan[]): Supervisor {
  supervisor = createSupervisor(plans, { folder, print: (name, line) => lines.push(`${name}: ${line}`) });
  return supervisor;
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

const state = (name = 'a') => supervisor?.list().find((report) => report.name === name)?.state;
const starting = () => vi.waitFor(() => expect(lines).toContain('a: warming up'), 10_000);

describe('start', () => {
  it('resolves at the ready line, with pid and time', async () => {
    const { start, list } = supervise(planOf('a', READY));
    expect(list()).toEqual([{ name: 'a', state: 'stopped' }]);
    const { pid, ms } = await start('a');
    expect(isThere(pid)).toBe(true);
    expect(ms).toBeGreaterThan(0);
    expect(list()).toEqual([{ name: 'a', state: 'ready', pid, uptimeMs: expect.any(Number) }]);
    expect(lines).toEqual(['a: Ready: now']);
  });

  it('resolves when the look says yes, and announces it when the process is silent', async () => {
    const look = vi.fn(async () => look.mock.calls.length > 2);
    const { start } = supervise(
      planOf('a', READY, { ready: { look, announce: 'it answers' }, silent: true }),
    );
    await start('a');
    expect(lines).toEqual(['a: it answers']);
  });

  it('twice, even at once, is one process', async () => {
    const { start } = supervise(planOf('a', READY));
    const [first, second] = await Promise.all([start('a'), start('a')]);
    expect(second).toEqual({ pid: first.pid, ms: 0, already: true });
  });

  it('rejects with the last words of a process that ends before it is ready', async () => {
    const { start } = supervise(planOf('a', 'console.error("no money\\nno wine"); process.exit(3)'));
    await expect(start('a')).rejects.toThrow(
      'The a ended before it was ready (exit code 3). Its last words:\n  no money\n  no wine',
    );
    expect(supervisor?.list()).toEqual([{ name: 'a', state: 'died', ended: 'exit code 3' }]);
  });

  it('rejects with what its last words mean', async () => {
    const explain = (words: string[]) => userError(`It means: ${words.join()}`);
    const { start } = supervise(planOf('a', 'console.error("oops"); process.exit(1)', { explain }));
    await expect(start('a')).rejects.toThrow('It means: oops');
  });

  it('rejects and leaves nothing behind when it takes too long', async () => {
    const { start } = supervise(planOf('a', NEVER_READY, { readyWithin: 500 }));
    await expect(start('a')).rejects.toThrow('The a was not ready within 0.5 s.');
    expect(supervisor?.list()).toEqual([{ name: 'a', state: 'died', ended: 'SIGKILL' }]);
  });

  it('rejects when there is no such program, and when its command cannot be made', async () => {
    const nothing = { ...node(READY), file: join(folder, 'nothing') };
    const { start } = supervise(
      planOf('a', READY, { command: () => nothing }),
      planOf('b', READY, { command: () => Promise.reject(userError('The bundle is bad.')) }),
    );
    await expect(start('a')).rejects.toThrow('The a cannot be started: spawn');
    await expect(start('b')).rejects.toThrow('The bundle is bad.');
    expect(supervisor?.list()).toEqual([
      { name: 'a', state: 'died' },
      { name: 'b', state: 'died' },
    ]);
  });

  it('rejects and leaves nothing behind when its pid cannot be noted', async () => {
    const { start, list } = supervise(planOf('a', READY));
    mkdirSync(join(folder, 'pids', 'a.json'));
    await expect(start('a')).rejects.toThrow(`Remove it: rm -r '${join(folder, 'pids', 'a.json')}'`);
    expect(list()).toEqual([{ name: 'a', state: 'died', ended: 'SIGKILL' }]);
  });

  it('knows its processes', async () => {
    const { start } = supervise(planOf('a', READY), planOf('b', READY));
    await expect(start('c')).rejects.toThrow('Its processes are: a, b.');
  });
});

describe('an end', () => {
  it('on its own is reported in one line, and the process stays dead until it is started again', async () => {
    const { start } = supervise(planOf('a', `process.on("message", () => process.exit(7)); ${READY}`));
    const { pid } = await start('a');
    await expect(supervisor?.ask('a', {})).rejects.toThrow('The a ended before it answered (exit code 7).');
    await vi.waitFor(() => expect(state()).toBe('died'), 5000);
    expect(lines.at(-1)).toBe(
      `a: died: exit code 7 (pid ${pid}). It stays down until: npm run stage start a`,
    );
    await start('a');
    expect(state()).toBe('ready');
  });

  it('by kill has happened once it is reported', async () => {
    const { start, kill, list } = supervise(planOf('a', READY));
    const { pid } = await start('a');
    expect(await kill('a')).toEqual({ pid, ms: expect.any(Number) });
    expect(isThere(pid)).toBe(false);
    expect(list()).toEqual([{ name: 'a', state: 'died', ended: 'SIGKILL' }]);
  });

  it('by stop is polite', async () => {
    const polite = `process.on("SIGTERM", () => { console.log("bye"); process.exit(0); }); ${READY}`;
    const { start, stop, list } = supervise(planOf('a', polite));
    await start('a');
    await stop('a');
    expect(list()).toEqual([{ name: 'a', state: 'stopped', ended: 'exit code 0' }]);
    expect(lines.join()).not.toContain('died');
  });

  it('by stop is certain', async () => {
    const { start, stop } = supervise(planOf('a', `process.on("SIGTERM", () => {}); ${READY}`));
    const { pid } = await start('a');
    expect((await stop('a')).ms).toBeGreaterThan(1900);
    expect(isThere(pid)).toBe(false);
    expect(state()).toBe('stopped');
  });

  it('of what is not running is refused, as is the second of two at once', async () => {
    const { start, stop, kill } = supervise(planOf('a', READY));
    await expect(stop('a')).rejects.toThrow('The a is not running.');
    await start('a');
    const [first, second] = await Promise.allSettled([kill('a'), kill('a')]);
    expect(first).toMatchObject({ status: 'fulfilled' });
    expect(second).toMatchObject({ reason: { message: 'The a is not running (ended: SIGKILL).' } });
  });

  it.each(['kill', 'stop'] as const)('by %s calls off a start that is under way', async (end) => {
    const { start, [end]: endIt } = supervise(planOf('a', NEVER_READY));
    const started = expect(start('a')).rejects.toThrow(/The a was (killed|stopped) while it was starting\./);
    await starting();
    const { pid } = await endIt('a');
    await started;
    expect(isThere(pid)).toBe(false);
  });

  it('calls off a start that has not spawned yet', async () => {
    const { start, kill } = supervise(planOf('a', READY, { command: () => new Promise(() => {}) }));
    const started = expect(start('a')).rejects.toThrow('The a was killed while it was starting.');
    await vi.waitFor(() => expect(state()).toBe('starting'));
    await expect(kill('a')).rejects.toThrow('The a is not running.');
    await started;
    expect(state()).toBe('stopped');
  });

  it('and a start at once take turns', async () => {
    const { start, kill } = supervise(planOf('a', READY));
    const first = await start('a');
    const [, second] = await Promise.all([kill('a'), start('a')]);
    expect(second.pid).not.toBe(first.pid);
    expect(second).not.toHaveProperty('already');
  });
});

describe('a process that is revived', () => {
  const CRASHES = `process.on("message", () => process.exit(7)); ${READY}`;
  const revived = (...plans: ProcessPlan[]): Supervisor => {
    const print = (name: string, line: string) => void lines.push(`${name}: ${line}`);
    const revive = (name: string): boolean => reviveNow(name);
    supervisor = createSupervisor(plans, { folder, print, revive });
    const reviveNow = createRevive(['a'], supervisor.start, print);
    return supervisor;
  };
  const crash = () => supervisor?.ask('a', {}).catch(() => {});
  const died = () => lines.filter((line) => line.startsWith('a: died: '));

  it('is restarted at once, at most three times a minute, with a line each time', async () => {
    const { start } = revived(planOf('a', CRASHES));
    await start('a');
    for (let deaths = 1; deaths <= 4; deaths += 1) {
      await crash();
      await vi.waitFor(
        () => expect([died().length, state()]).toEqual([deaths, deaths < 4 ? 'ready' : 'died']),
        5000,
      );
    }
    expect(died().map((line) => line.replace(/\d+\)/, 'n)'))).toEqual([
      ...Array.from({ length: 3 }, () => 'a: died: exit code 7 (pid n). It is restarted at once.'),
      'a: died: exit code 7 (pid n). It stays down until: npm run stage start a',
    ]);
  });

  it('stays dead when killed from here, even while it is coming back', async () => {
    let first = true;
    const code = () => (first ? CRASHES : NEVER_READY);
    const { start, kill } = revived(planOf('a', CRASHES, { command: () => node(code()) }));
    await start('a');
    await kill('a');
    expect([state(), died().at(-1)]).toEqual(['died', expect.stringContaining('It stays down until')]);
    await start('a');
    first = false;
    await crash();
    await starting();
    await kill('a');
    await new Promise(setImmediate);
    expect(state()).toBe('died');
    expect(died()).toHaveLength(2);
  });

  it('that does not come up is tried again, and then stays down', async () => {
    let first = true;
    const { start } = revived(
      planOf('a', '', { command: () => node(first ? CRASHES : 'console.log("broken"); process.exit(2)') }),
    );
    await start('a');
    first = false;
    await crash();
    await vi.waitFor(
      () => expect(lines.at(-1)).toBe('a: It stays down until: npm run stage start a'),
      10_000,
    );
    expect(lines.filter((line) => line === 'a: broken')).toHaveLength(3);
  });
});

describe('all', () => {
  it('stop in reverse order, and nothing can be started any more', async () => {
    const ends = `process.on("SIGTERM", () => { console.log("leaves"); process.exit(0); }); ${READY}`;
    const { start, stopAll } = supervise(planOf('a', ends), planOf('b', ends), planOf('c', ends));
    await Promise.all(['a', 'b', 'c'].map(start));
    lines.length = 0;
    await stopAll();
    await vi.waitFor(() => expect(lines).toEqual(['c: leaves', 'b: leaves', 'a: leaves']));
    await expect(start('a')).rejects.toThrow('The stage is being taken down');
    expect(readdirSync(join(folder, 'pids'))).toEqual([]);
  });

  it('stop during a start', async () => {
    const { start, stopAll } = supervise(planOf('a', NEVER_READY));
    const started = expect(start('a')).rejects.toThrow('The stage was taken down while it was starting.');
    await starting();
    await stopAll();
    await started;
    expect(state()).toBe('stopped');
  });

  it('are killed at once, without a word', async () => {
    const stubborn = `process.on("SIGTERM", () => {}); ${READY}`;
    const { start, killAll } = supervise(planOf('a', stubborn), planOf('b', stubborn));
    const started = await Promise.all([start('a'), start('b')]);
    killAll();
    await vi.waitFor(() => expect(started.some(({ pid }) => isThere(pid))).toBe(false));
    expect(lines.join()).not.toContain('died');
  });
});

describe('ask', () => {
  const answering = new URL('./asking.ts', import.meta.url).href;
  const ECHO = `const { answerParent } = await import(${JSON.stringify(answering)});
    answerParent((asked) => { if (asked.print) console.log(asked.print); return asked; }); ${READY}`;
  const echo = () => planOf('a', ECHO, { command: () => ({ ...node(ECHO), args: [...TYPESCRIPT, ECHO] }) });

  it('gets the answer to each of several questions at once', async () => {
    const { start, ask } = supervise(echo());
    await start('a');
    const questions = [1, 2, 3].map((n) => ({ n }));
    expect(await Promise.all(questions.map((asked) => ask('a', asked)))).toEqual(questions);
  });

  it.skipIf(process.platform === 'win32')('is withdrawn when no answer comes in time', async () => {
    const { start, ask } = supervise(echo());
    const { pid } = await start('a');
    process.kill(pid, 'SIGSTOP');
    await expect(ask('a', { print: 'too late' }, 200)).rejects.toThrow(
      'The a does not answer. If it is frozen, thaw it: npm run stage thaw a',
    );
    process.kill(pid, 'SIGCONT');
    expect(await ask('a', { print: 'in time' })).toEqual({ print: 'in time' });
    expect(lines).toEqual(['a: Ready: now', 'a: in time']);
  });

  it.skipIf(process.platform === 'win32')('that meets a kill says that the process has ended', async () => {
    const { start, ask } = supervise(planOf('a', READY));
    const { pid } = await start('a');
    process.kill(pid, 'SIGKILL');
    while (identityOf(pid) !== undefined); // it is gone, and this process does not know yet
    await expect(ask('a', {})).rejects.toThrow('The a ended before it answered (SIGKILL).');
  });

  it('is refused by what is not running', async () => {
    const { ask } = supervise(planOf('a', READY));
    await expect(ask('a', {})).rejects.toThrow('The a is not running, so it cannot be asked.');
  });
});
