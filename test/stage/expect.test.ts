// Each claim against real processes: true when it holds, and false with what it saw.
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startGreeting } from '../../hello-ip/client.ts';
import { readClaim } from '../../stage/claims/grammar.ts';
import { openObservations } from '../../stage/claims/observe.ts';
import { prove } from '../../stage/claims/prove.ts';
import { stageStatus } from '../../stage/control/client.ts';
import { createCounters } from '../../stage/control/counters.ts';
import { startControl } from '../../stage/control/server.ts';
import { createStageClient } from '../../stage/control/service-client.ts';
import { ROOT } from '../../stage/settings.ts';
import { type Kit, startKit } from '../support/kit.ts';

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
  const counters = createCounters(kit);
  const { ports } = kit;
  const service = { address: `127.0.0.1:${ports.server}`, namespace: 'default' };
  control = await startControl({ supervisor: kit, counters, folder, ports, service, without: new Set() });
  client = createStageClient(await stageStatus());
});

afterAll(async () => {
  control?.close();
  await client?.connection.close();
  await kit?.close();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

/** The evidence; rejects when it is not so. */
async function holds(said: string, withinMs?: number): Promise<string> {
  const asked = readClaim(said.split(' '));
  const observations = await openObservations(asked.of);
  try {
    return (await prove(asked, observations, { withinMs })).evidence.join('\n');
  } finally {
    await observations.close();
  }
}

/** What it saw instead; rejects when it is so. */
async function notSo(said: string): Promise<string> {
  const failure = await holds(said, FALSE_WITHIN_MS).then(
    (evidence) => Promise.reject(new Error(`It is so: ${said}\n${evidence}`)),
    (error: Error) => error,
  );
  const [head, ...seen] = failure.message.split('\n  last seen: ');
  expect([failure.name, head]).toEqual(['UserError', `✘ still false after 0.3 s: ${said}`]);
  return seen.join('\n');
}

function greet(workflowId: string, seconds: number): Promise<void> {
  return startGreeting(client, workflowId, { name: 'Ziggy', seconds });
}

/** `npm run stage expect …` in a process of its own. */
function run(...words: string[]) {
  const begun = performance.now();
  const env = { ...process.env, NO_COLOR: '1' };
  const args = ['stage/run.cjs', 'stage/commands/stage.ts', 'expect', ...words];
  return new Promise<{ code: unknown; output: string; ms: number }>((resolve) => {
    execFile(process.execPath, args, { cwd: ROOT, env }, (error, stdout, stderr) => {
      resolve({ code: error?.code ?? 0, output: stdout + stderr, ms: performance.now() - begun });
    });
  });
}

it('without any greeting', async () => {
  const [none, nobody, page] = await Promise.all([
    notSo('greeting'),
    notSo('timer fired of nobody'),
    notSo('page says Hello'),
  ]);
  expect(none).toContain('There is no greeting yet. Start one: npm run stage greet');
  expect(nobody).toMatch(/knows no greeting "nobody"/);
  expect(page).toContain('There is no greeting yet.');
});

it('a greeting, from its Timer to its end; and the last started is not the one that still runs', async () => {
  await greet('long', 3600);
  late = run('timer', 'fired', 'of', 'long');
  await greet('first', 4);
  const [running, none, once, page] = await Promise.all([
    holds('timer running'),
    holds('no greeting'),
    holds('once getIP'),
    holds('page says sleeping:'),
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
  expect(await holds('greeting')).toMatch(
    /^first: Hello, Ziggy! [\d.]+, .*\nWorkflow Execution Completed \(event 22, .*\), 4\d\d\d ms from its start$/,
  );
  const [fired, hello, one, two, ended, over] = await Promise.all([
    holds('timer fired'),
    holds('page says Hello, Ziggy!'),
    holds('attempts getLocationInfo 1'),
    notSo('attempts getIP 2'),
    notSo('no greeting'),
    notSo('timer running'),
  ]);
  expect(fired).toMatch(/^first: Timer Fired \(event 12, .*\), 4\.\d\d\d s after/);
  expect(hello).toContain('first: its page says: Hello, Ziggy! Your IP Address is');
  expect(one).toBe('first: getLocationInfo: 1 attempt made');
  expect(two).toMatch(/^first: getIP: 1 attempt made; it is completed/);
  expect(ended).toMatch(/^first: it is completed \(event 22, /);
  expect(over).toMatch(/^first: it is completed/);
});

it('a name that came past the form does not steer the terminal', async () => {
  await startGreeting(client, 'evil', { name: '\u001b[2JZiggy\0\u202e', seconds: 0 });
  const { output } = await run('greeting', 'of', 'evil');
  expect(output).toMatch(/^✔ greeting of evil .*\n {2}evil: Hello, Ziggy\uFFFD\uFFFD! [\d.]+, /);
});

it('the Worker killed in the Timer', async () => {
  await greet('worker-killed', 2);
  await holds('timer running');
  const [up, down] = await Promise.all([holds('worker up'), notSo('worker down')]);
  expect(up).toMatch(/^worker: polls \(pid \d+\), last heartbeat/);
  expect(down).toMatch(/^worker: polls/);
  await kit.kill('worker');
  expect(await holds('worker down', 1000)).toMatch(
    /last heartbeat .* from pid \d+; the stage says: died \(SIGKILL\)/,
  );
  expect(await notSo('worker up')).toContain('died (SIGKILL)');
  expect(await holds('fired while the worker was down')).toMatch(
    /^worker-killed: Timer Fired \(event 12, .*\nWorkflow Task Scheduled \(event 13, .*\), and never Started$/,
  );
  expect(await holds('page says no worker is polling')).toContain('No Worker is polling');
  await kit.start('worker');
  expect(await holds('greeting')).toContain('worker-killed: Hello, Ziggy!');
  const [again, came, ...onces] = await Promise.all([
    holds('worker up'),
    notSo('fired while the worker was down'),
    holds('once getIP'),
    holds('once getLocationInfo'),
  ]);
  expect(again).toMatch(/polls/);
  expect(came).toMatch(
    /^worker-killed: Workflow Task Started \(event 14, .* came \d+ ms after Timer Fired \(event 12, /,
  );
  expect(onces).toEqual([
    expect.stringContaining('1 lookup at icanhazip.com'),
    expect.stringContaining('1 lookup at ip-api.com'),
  ]);
});

it('the network cut, restored, killed and started again', async () => {
  await kit.ask('network', { do: 'cut' });
  await greet('cut', 0);
  expect(await holds('retrying getIP')).toMatch(
    /^cut: getIP: attempt \d (in \d\.\d s|is running)\nfailed before: icanhazip\.com refused the connection\.$/,
  );
  expect(await holds('attempts getIP 2')).toMatch(
    /^cut: getIP: 2 attempts made\nthe last failure: icanhazip/,
  );
  const [other, notOnce] = await Promise.all([notSo('retrying getLocationInfo'), notSo('once getIP')]);
  expect(other).toMatch(/^cut: getIP is retrying, attempt \d/);
  expect(notOnce).toMatch(/^cut: getIP has not completed: getIP is retrying/);
  await kit.ask('network', { do: 'restore' });
  await holds('greeting');
  const [retried, twice, up, notDown] = await Promise.all([
    notSo('retrying getIP'),
    notSo('once getIP'),
    holds('network up'),
    notSo('network down'),
  ]);
  expect(retried).toMatch(/^cut: it is completed/);
  expect(twice).toMatch(/^cut: getIP completed at attempt [3-9]/);
  expect(up).toContain('answers; the stage says: ready, pid');
  expect(notDown).toContain('answers');

  await kit.kill('network');
  const [down, notUp, uncounted] = await Promise.all([
    holds('network down'),
    notSo('network up'),
    notSo('once getIP of first'),
  ]);
  expect(down).toContain('refuses the connection; the stage says: died (SIGKILL)');
  expect(notUp).toContain('refuses');
  expect(uncounted).toMatch(
    /^first: getIP completed once, but its lookups were not counted: The network is not running/,
  );
  await kit.start('network');
  expect(await notSo('once getIP of first')).toContain(
    '0 lookups at icanhazip.com counted by the network: the network was restarted since',
  );
});

it('the app frozen, killed and started again', async () => {
  for (const seen of await Promise.all([holds('app up'), notSo('app down')]))
    expect(seen).toContain('answers');
  const pid = kit.list().find(({ name }) => name === 'app')?.pid as number;
  process.kill(pid, 'SIGSTOP');
  expect(await notSo('app down')).toContain('does not answer within 1 s');
  process.kill(pid, 'SIGCONT');
  await kit.kill('app');
  const [down, up, page] = await Promise.all([holds('app down'), notSo('app up'), notSo('page says Hello')]);
  for (const seen of [down, up]) expect(seen).toContain('refuses');
  expect(page).toMatch(/^The app at .* refuses the connection\. Start it: npm run stage/);
  await kit.start('app');
});

it('the Temporal Service killed and started again', async () => {
  await late; // its last look would find no Temporal Service
  const [up, ...answering] = await Promise.all([
    holds('server up'),
    holds('web-ui up'),
    notSo('server down'),
    notSo('web-ui down'),
  ]);
  expect(up).toMatch(/^server: 127\.0\.0\.1:\d+ answers; the stage says: ready, pid/);
  for (const seen of answering) expect(seen).toContain('answers');
  await kit.kill('server');
  const [down, ...refusing] = await Promise.all([
    holds('server down', 1000),
    holds('web-ui down', 1000),
    notSo('server up'),
    notSo('web-ui up'),
  ]);
  expect(down).toMatch(/refuses the connection; the stage says: died \(SIGKILL\)$/);
  for (const seen of refusing) expect(seen).toContain('refuses');
  const [none, ...unknown] = await Promise.all([
    notSo('no greeting'),
    notSo('worker up'),
    notSo('worker down'),
  ]);
  expect(none).toMatch(/^The Temporal Service at .* does not answer\. Start it: npm run/);
  for (const seen of unknown) expect(seen).toContain('it is unknown who polls; the stage says: ready');
  expect(await holds('page says Temporal Service away')).toMatch(/^cut: its page says/);
  const goesOnWaiting = holds('greeting');
  await kit.start('server');
  expect(await goesOnWaiting).toContain('cut: Hello, Ziggy!');
  await holds('worker up');
});

it('as a command: past a hostile profile, gone at once, exit 1 after 15 s for what is not so', async () => {
  const early = await run('greeting');
  expect(early.output).toMatch(
    /^✔ greeting \(\d\.\d s\)\n {2}cut: Hello, Ziggy! .*\n {2}Workflow Execution Completed/,
  );
  expect(early.code).toBe(0);
  expect(early.ms).toBeLessThan(5000);
  const { code, output, ms } = await late;
  expect(output).toMatch(
    /^✘ still false after 15 s: timer fired of long\n {2}last seen: long: Timer Started/,
  );
  expect(code).toBe(1);
  expect(ms).toBeLessThan(20_000);
});

it('without a stage', async () => {
  await once(control.close(), 'close');
  for (const [name, port] of Object.entries(kit.ports))
    vi.stubEnv(`${name.toUpperCase()}_PORT`, String(port));
  const claims = ['server up', 'worker up', 'app up', 'network up', 'web-ui up', 'greeting'];
  for (const evidence of await Promise.all(claims.map((said) => holds(said))))
    expect(evidence).not.toContain('the stage says');
  expect(await notSo('once getLocationInfo')).toContain('not counted: The stage is not up');
  await kit.kill('worker');
  expect(await notSo('worker up')).toMatch(/^worker: last heartbeat .* from pid \d+$/);
  expect(await holds('worker down')).toMatch(/^worker: last heartbeat .* from pid \d+$/);
});
