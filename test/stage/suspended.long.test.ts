// What is suspended answers nobody: every verb says so in time, and what it wanted does not happen afterwards.
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { cleanUp, type Program, startStage } from '../support/harness.ts';
import { say, useStage, type Words } from '../support/verbs.ts';

const SAID_WITHIN_MS = 10_000; // 5 s of waiting, and a busy machine

let stage: Program;
beforeAll(async () => {
  stage = await startStage(['without', 'app']);
  useStage(stage);
});
afterEach(() => {
  for (const pid of [stage.pid, stage.pidOf('network'), stage.pidOf('server')]) process.kill(pid, 'SIGCONT');
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await cleanUp();
});

/** The exit code of a verb, and what it said, within the bound. */
async function told(...words: Words): Promise<string> {
  const begun = performance.now();
  const { code, said } = await say(...words);
  expect(performance.now() - begun).toBeLessThan(SAID_WITHIN_MS);
  return `${code}: ${said}`;
}

describe.skipIf(process.platform === 'win32')('suspended', () => {
  it('the network: status tells it, an order is refused and does not take effect when it is thawed', async () => {
    process.kill(stage.pidOf('network'), 'SIGSTOP');
    const [cut, status] = await Promise.all([told('cut', 'network'), told('status')]);
    expect(cut).toBe('1: The network does not answer. If it is frozen, thaw it: npm run stage thaw network');
    expect(status).toMatch(/^network +frozen, pid \d+/m);
    expect(status).toContain('lookups  unknown: the network does not answer the stage');
    expect(await told('thaw', 'network')).toMatch(/^0: network thawed/);
    expect(await told('status')).toMatch(/^lookups +open/m);
    expect(stage.output()).not.toContain('Network cut');
  });

  it('the network: reset thaws it', async () => {
    process.kill(stage.pidOf('network'), 'SIGSTOP');
    expect(await told('reset')).toMatch(/^0: network thawed .*\nnetwork restored/);
  });

  it('the stage itself, as by Ctrl-Z: an order is refused and does not take effect when it goes on', async () => {
    const server = stage.pidOf('server');
    process.kill(stage.pid, 'SIGSTOP');
    const asked = performance.now();
    const [doctor, ...refusals] = await Promise.all([
      told('doctor').then((said) => ({ said, ms: performance.now() - asked })),
      told('cut', 'network'),
      told('kill', 'server'),
    ]);
    for (const refused of refusals)
      expect(refused).toContain('1: The stage does not answer. If Ctrl-Z suspended it, type fg');
    expect(doctor.ms).toBeLessThan(5000);
    expect(doctor.said).toMatch(
      new RegExp(`^✘ problem {2}The stage \\(pid ${stage.pid}\\) does not answer\\.`, 'm'),
    );
    expect(doctor.said).toContain(
      '1 problem would spoil the talk. Fix it and run again: npm run stage doctor',
    );
    process.kill(stage.pid, 'SIGCONT');
    const status = await told('status');
    expect(status).toMatch(new RegExp(`server +ready, pid ${server},`));
    expect(status).toMatch(/^lookups +open/m);
  });

  it('the Temporal Service: it is to be thawed, not started', async () => {
    process.kill(stage.pidOf('server'), 'SIGSTOP');
    const [greet, start] = await Promise.all([told('greet', 'Ziggy'), told('start', 'server')]);
    expect(greet).toBe(
      '1: The Temporal Service is frozen and does not answer. Thaw it: npm run stage thaw server',
    );
    expect(start).toMatch(/^1: The server is running, but frozen .* npm run stage thaw server$/);
    expect(await told('thaw', 'server')).toMatch(/^0: server thawed/);
    expect(await told('thaw', 'server')).toMatch(/^1: The server is not frozen \(pid \d+\)\./);
  });
});
