// Each claim against real processes: true when it is so, and false with what it saw.
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startGreeting } from '../../hello-ip/client.ts';
import { stageStatus } from '../../stage/ask.ts';
import { readClaim } from '../../stage/claims/grammar.ts';
import { prove } from '../../stage/claims/prove.ts';
import { startControl } from '../../stage/control.ts';
import { createCounters } from '../../stage/counters.ts';
import { createStageClient } from '../../stage/service-client.ts';
import { ROOT } from '../../stage/settings.ts';
import { openWorld } from '../../stage/subject.ts';
import { type Kit, startKit } from '../kit.ts';

const FALSE_WITHIN_MS = 300;
const HOSTILE = { TEMPORAL_ADDRESS: '127.0.0.1:1', TEMPORAL_NAMESPACE: 'not-ours', TEMPORAL_API_KEY: 'no' };

let kit: Kit;
let control: Server;
let client: Client;
let folder: string;
/** A command that has to wait its 15 s, meanwhile. */
let late: ReturnType<typeof run>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'expect '));
  kit = await startKit();
  vi.stubEnv('STAGE_FOLDER', folder);
  vi.stubEnv('CONTROL_PORT', String(kit.ports.control));
  for (const [name, value] of Object.entries(HOSTILE)) vi.stubEnv(name, value);
  const counters = createCounters(kit, join(folder, 'volatile.json'));
  control = await startControl({ supervisor: kit, counters, folder, ports: kit.ports, without: new Set() });
  client = await createStageClient(await stageStatus());
});

afterAll(async () => {
  control?.close();
  await client?.connection.close();
  await kit?.close();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

/** The evidence; rejects when it is not so. */
async function so(said: string, withinMs?: number): Promise<string> {
  const asked = readClaim(said.split(' '));
  const world = await openWorld(asked.of);
  try {
    return (await prove(asked, world, { withinMs })).evidence.join('\n');
  } finally {
    await world.close();
  }
}

/** What it saw instead; rejects when it is so. */
async function notSo(said: string): Promise<string> {
  const failure = await so(said, FALSE_WITHIN_MS).then(
    (evidence) => Promise.reject(new Error(`It is so: ${said}\n${evidence}`)),
    (error: Error) => error,
  );
  const [head, ...seen] = failure.message.split('\n  seen last: ');
  expect([failure.name, head]).toEqual(['UserError', `✘ not so within 0.3 s: ${said}`]);
  return seen.join('\n');
}

function greet(workflowId: string, seconds: number): Promise<void> {
  return startGreeting(client, workflowId, { name: 'Ziggy', seconds });
}

/** `npm run stage expect …` in a process of its own. */
function run(...words: string[]) {
  const begun = performance.now();
  const env = { ...process.env, NO_COLOR: '1' };
  const args = ['stage/run.cjs', 'stage/stage.ts', 'expect', ...words];
  return new Promise<{ code: unknown; output: string; ms: number }>((resolve) => {
    execFile(process.execPath, args, { cwd: ROOT, env }, (error, stdout, stderr) => {
      resolve({ code: error?.code ?? 0, output: stdout + stderr, ms: performance.now() - begun });
    });
  });
}

it('without any greeting', async () => {
  expect(await notSo('greeting')).toContain('There is no greeting. Start one: npm run stage greet');
  expect(await notSo('timer fired of nobody')).toMatch(/knows no greeting "nobody"/);
  expect(await notSo('page says Hello')).toContain('There is no greeting.');
});

it('a greeting, from its Timer to its end; and the last started is not the one that still runs', async () => {
  await greet('long', 3600);
  await greet('first', 4);
  const [running, none, once, page] = await Promise.all([
    so('timer running'),
    so('no greeting'),
    so('once getIP'),
    so('page says sleeping:'),
  ]);
  expect(running).toMatch(/^first: Timer Started \(event 11, .*\), due .* in [1-4]\.\d s$/);
  expect(none).toMatch(/^first: none for 2 s: Timer Started/);
  expect(once).toMatch(
    /^first: one Activity Task Scheduled \(event 5, .*\nActivity Task Completed at attempt 1 \(event 7, .*\n1 lookup at icanhazip\.com/,
  );
  expect(page).toMatch(/^first: its page says: .*Sleeping: \d s left/);
  const seen = await Promise.all([
    notSo('greeting of long'),
    notSo('timer fired of long'),
    notSo('fired while the worker was down of long'),
    notSo('once getLocationInfo of long'),
    notSo('page says Hello, Ziggy! of long'),
  ]);
  for (const what of seen) expect(what).toMatch(/^long: .*(Timer Started|Sleeping)/);
  expect(await so('greeting')).toMatch(
    /^first: Hello, Ziggy! [\d.]+, .*\nWorkflow Execution Completed \(event 22, .*\), 4\d\d\d ms from its start$/,
  );
  expect(await so('timer fired')).toMatch(/^first: Timer Fired \(event 12, .*\), 4\.\d\d\d s after/);
  expect(await so('page says Hello, Ziggy!')).toContain(
    'first: its page says: Hello, Ziggy! Your IP Address is',
  );
  expect(await so('attempts getLocationInfo 1')).toBe('first: getLocationInfo: 1 attempt made');
  expect(await notSo('attempts getIP 2')).toMatch(/^first: getIP: 1 attempt made; it is completed/);
  expect(await notSo('no greeting')).toMatch(/^first: it is completed \(event 22, /);
  expect(await notSo('timer running')).toMatch(/^first: it is completed/);
  late = run('timer', 'fired', 'of', 'long');
});

it('the Worker killed in the Timer', async () => {
  await greet('worker-killed', 2);
  await so('timer running');
  expect(await so('worker up')).toMatch(/^worker: polls \(pid \d+\), last heartbeat/);
  expect(await notSo('worker down')).toMatch(/^worker: polls/);
  await kit.kill('worker');
  expect(await so('worker down', 1000)).toMatch(
    /last heartbeat .* from pid \d+; the stage says: died \(SIGKILL\)/,
  );
  expect(await notSo('worker up')).toContain('died (SIGKILL)');
  expect(await so('fired while the worker was down')).toMatch(
    /^worker-killed: Timer Fired \(event 12, .*\nWorkflow Task Scheduled \(event 13, .*\), and never Started$/,
  );
  expect(await so('page says no worker is polling')).toContain('No Worker is polling');
  await kit.start('worker');
  expect(await so('greeting')).toContain('worker-killed: Hello, Ziggy!');
  expect(await so('worker up')).toMatch(/polls/);
  expect(await notSo('fired while the worker was down')).toMatch(
    /^worker-killed: Workflow Task Started \(event 14, .* came \d+ ms after Timer Fired \(event 12, /,
  );
  expect(await so('once getIP')).toContain('1 lookup at icanhazip.com');
  expect(await so('once getLocationInfo')).toContain('1 lookup at ip-api.com');
});

it('the network cut, restored, killed and started again', async () => {
  await kit.ask('network', { do: 'cut' });
  await greet('cut', 0);
  expect(await so('retrying getIP')).toMatch(
    /^cut: getIP: attempt \d (in \d\.\d s|is running)\nfailed before: icanhazip\.com refused the connection\.$/,
  );
  expect(await so('attempts getIP 2')).toMatch(/^cut: getIP: 2 attempts made\nthe last failure: icanhazip/);
  expect(await notSo('retrying getLocationInfo')).toMatch(/^cut: getIP is retrying, attempt \d/);
  expect(await notSo('once getIP')).toMatch(/^cut: getIP has not completed: getIP is retrying/);
  await kit.ask('network', { do: 'restore' });
  await so('greeting');
  expect(await notSo('retrying getIP')).toMatch(/^cut: it is completed/);
  expect(await notSo('once getIP')).toMatch(/^cut: getIP completed at attempt [3-9]/);

  expect(await so('network up')).toContain('answers; the stage says: ready, pid');
  expect(await notSo('network down')).toContain('answers');
  await kit.kill('network');
  expect(await so('network down')).toContain('refuses the connection; the stage says: died (SIGKILL)');
  expect(await notSo('network up')).toContain('refuses');
  expect(await notSo('once getIP of first')).toMatch(
    /^first: getIP completed once, but its lookups were not counted: The network is not running/,
  );
  await kit.start('network');
  expect(await notSo('once getIP of first')).toContain(
    '0 lookups at icanhazip.com counted by the network: it',
  );
});

it('the app frozen, killed and started again', async () => {
  expect(await so('app up')).toContain('answers');
  expect(await notSo('app down')).toContain('answers');
  const pid = kit.list().find(({ name }) => name === 'app')?.pid as number;
  process.kill(pid, 'SIGSTOP');
  expect(await notSo('app down')).toContain('does not answer within 1 s');
  process.kill(pid, 'SIGCONT');
  await kit.kill('app');
  expect(await so('app down')).toContain('refuses');
  expect(await notSo('app up')).toContain('refuses');
  expect(await notSo('page says Hello')).toMatch(
    /^The app at .* refuses the connection\. Start it: npm run stage/,
  );
  await kit.start('app');
});

it('the Temporal Service killed and started again', async () => {
  expect(await so('server up')).toMatch(/^server: 127\.0\.0\.1:\d+ answers; the stage says: ready, pid/);
  expect(await so('web-ui up')).toContain('answers');
  expect(await notSo('server down')).toContain('answers');
  expect(await notSo('web-ui down')).toContain('answers');
  await kit.kill('server');
  expect(await so('server down', 1000)).toMatch(/refuses the connection; the stage says: died \(SIGKILL\)$/);
  expect(await so('web-ui down', 1000)).toContain('refuses');
  expect(await notSo('server up')).toContain('refuses');
  expect(await notSo('web-ui up')).toContain('refuses');
  expect(await notSo('no greeting')).toMatch(
    /^The Temporal Service at .* does not answer\. Start it: npm run/,
  );
  expect(await notSo('worker up')).toContain('nobody can say who polls; the stage says: ready');
  expect(await notSo('worker down')).toContain('nobody can say who polls; the stage says: ready');
  expect(await so('page says Temporal Service away')).toMatch(/^cut: its page says/);
  const goesOnWaiting = so('greeting');
  await kit.start('server');
  expect(await goesOnWaiting).toContain('cut: Hello, Ziggy!');
  await so('worker up');
});

it('as a command: past a hostile profile, gone at once, exit 1 after 15 s for what is not so', async () => {
  const early = await run('greeting');
  expect(early.output).toMatch(
    /^✔ greeting \(\d\.\d s\)\n {2}cut: Hello, Ziggy! .*\n {2}Workflow Execution Completed/,
  );
  expect(early.code).toBe(0);
  expect(early.ms).toBeLessThan(5000);
  const { code, output, ms } = await late;
  expect(output).toMatch(/^✘ not so within 15 s: timer fired of long\n {2}seen last: long: Timer Started/);
  expect(code).toBe(1);
  expect(ms).toBeLessThan(20_000);
});

it('without a stage', async () => {
  await once(control.close(), 'close');
  for (const [name, port] of Object.entries(kit.ports))
    vi.stubEnv(`${name.toUpperCase()}_PORT`, String(port));
  for (const said of ['server up', 'worker up', 'app up', 'network up', 'web-ui up', 'greeting'])
    expect(await so(said)).not.toContain('the stage says');
  expect(await notSo('once getLocationInfo')).toContain('not counted: The stage is not up');
  await kit.kill('worker');
  expect(await notSo('worker up')).toMatch(/^worker: last heartbeat .* from pid \d+$/);
  expect(await so('worker down')).toMatch(/^worker: last heartbeat .* from pid \d+$/);
});
