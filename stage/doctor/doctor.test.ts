// What the doctor concludes from facts: every verdict can be good or bad, and no check spoils another.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { userError } from '../../hello-ip/support/user-error.ts';
import type { ProcessStatus, StageStatus } from '../control/client.ts';
import { findLeftOvers } from '../processes/pid-files.ts';
import { identityOf } from '../processes/process-table.ts';
import { ROOT } from '../settings.ts';
import { clockOff } from './ask-internet.ts';
import { bugCheck, judgeBug } from './bug.ts';
import { judgeChromium } from './chromium.ts';
import { clockCheck, judgeClock } from './clock.ts';
import { diskCheck, judgeDisk } from './disk.ts';
import { type Check, type CheckContext, examine, lineOf } from './examine.ts';
import { kitAddressCheck } from './kit-address.ts';
import { judgeLookups } from './lookups.ts';
import { judgeNode, nodeCheck } from './node.ts';
import { judgePackages, packagesCheck } from './packages.ts';
import { judgeTakenPort, portChecks } from './ports.ts';
import { judgeSlides, slidesCheck } from './slides.ts';
import { judgeStage, stageCheck } from './stage.ts';
import { judgeCli, temporalCliCheck } from './temporal-cli.ts';
import { judgeWebUi, webUiCheck } from './web-ui.ts';

const GB = 1e9;

let folder: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'der arzt '));
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // Nobody listens there once it is closed: never the stage that may be up on this machine.
  vi.stubEnv('CONTROL_PORT', String((server.address() as AddressInfo).port));
  await new Promise((resolve) => server.close(resolve));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

/** One look, with facts of the test's own. */
const look = (check: Check, facts: Partial<CheckContext> = {}) =>
  check.look({
    env: {},
    root: folder,
    folder,
    stage: Promise.resolve(undefined),
    lookupServices: Promise.resolve({}),
    signal: new AbortController().signal,
    ...facts,
  });

describe('a verdict', () => {
  it('on Node.js', async () => {
    expect(judgeNode('20.19.0', '>=20.19')).toMatchObject({ state: 'ok' });
    expect(judgeNode('100.1.0', '>=20.19')).toMatchObject({ state: 'ok' });
    expect(judgeNode('20.9.0', '>=20.19')).toMatchObject({
      state: 'problem',
      mend: expect.stringContaining('npm install'),
    });
    expect(await look(nodeCheck, { root: ROOT })).toMatchObject({ state: 'ok' });
    // The launcher refuses the same ones.
    const { engines } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    const [, oldest] =
      /OLDEST_NODE = \[(.*?)\]/.exec(readFileSync(join(ROOT, 'stage/run.cjs'), 'utf8')) ?? [];
    expect(engines.node).toBe(`>=${oldest?.replace(', ', '.')}`);
  });

  it('on the packages', async () => {
    const client = { name: '@temporalio/client', wanted: '1.24.0' };
    expect(judgePackages([{ ...client, found: '1.24.0' }])).toMatchObject({ state: 'ok' });
    expect(judgePackages([{ ...client, found: '1.23.0' }])).toEqual({
      state: 'warning',
      fact: 'Installed in the wrong version: @temporalio/client 1.23.0 instead of 1.24.0.',
      mend: 'Run: npm install',
    });
    expect(judgePackages([client])).toMatchObject({
      state: 'problem',
      fact: 'Not installed: @temporalio/client.',
    });
    expect(await look(packagesCheck, { root: ROOT })).toMatchObject({ state: 'ok' });

    const packages = { '': { dependencies: { ejs: '^7' } }, 'node_modules/ejs': { version: '7.0.2' } };
    writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ packages }));
    expect(await look(packagesCheck)).toMatchObject({ state: 'problem', fact: 'Not installed: ejs.' });
  });

  it('on the Temporal CLI', async () => {
    const missing = { tried: [], download: false, go: false, folder: '/cache', free: 0 };
    expect(judgeCli({ path: '/t', version: '1.8.2', server: '1.31.2' })).toMatchObject({ state: 'ok' });
    expect(judgeCli({ ...missing, download: true })).toMatchObject({ state: 'warning' });
    expect(judgeCli({ ...missing, go: true, free: 2 * GB })).toMatchObject({
      state: 'warning',
      fact: expect.stringContaining('builds it with Go'),
    });
    expect(judgeCli({ ...missing, go: true, free: 1.99 * GB })).toMatchObject({
      state: 'problem',
      fact: expect.stringContaining('takes 2 GB in /cache, which has 1.9 GB.'),
    });
    expect(judgeCli({ ...missing, tried: ['/old has Server 1.20'] })).toMatchObject({
      state: 'problem',
      fact: expect.stringContaining('yet; /old has Server 1.20. Its download is out of reach.'),
      mend: expect.stringContaining('brew install temporal'),
    });
    await expect(look(temporalCliCheck, { env: { TEMPORAL_CLI: '/nowhere' } })).rejects.toThrow(
      'TEMPORAL_CLI is "/nowhere", which is not there.',
    );
  });

  it('on the disk', async () => {
    expect(judgeDisk('/stage', GB)).toMatchObject({ state: 'ok', fact: '1.0 GB is free in /stage.' });
    expect(judgeDisk('/stage', GB - 1)).toMatchObject({ state: 'warning', mend: expect.any(String) });
    expect(judgeDisk('/stage', GB / 10 - 1)).toMatchObject({ state: 'problem' });
    expect(await look(diskCheck, { folder: join(folder, 'not', 'yet', 'there') })).toMatchObject({
      fact: expect.stringMatching(/^\d+\.\d GB is free/),
    });
  });

  it('on a port', async () => {
    const [app] = portChecks as [Check];
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const env = { APP_PORT: String(port) };
    await expect(look(app, { env })).rejects.toThrow(`Port ${port} is in use by`);
    const ours = status({ name: 'app', pid: process.pid }, { ports: { app: port } });
    expect(await look(app, { env, stage: ours })).toMatchObject({
      state: 'ok',
      fact: expect.stringContaining('as intended'),
    });
    const other = status({ name: 'app', pid: process.pid }, { ports: { app: port + 1 } });
    await expect(look(app, { env, stage: other })).rejects.toThrow('is in use');
    await expect(look(app, { env: { APP_PORT: 'x' } })).rejects.toMatchObject({ name: 'UserError' });
    server.close();
    expect(await look(app, { env })).toMatchObject({ state: 'ok', fact: expect.stringContaining('is free') });
  });

  it('on a port that is taken', () => {
    const judge = (whose: 'ours' | 'yours' | 'left over', pid?: number) =>
      judgeTakenPort(8000, 'the app', userError('Port 8000 is in use by x (pid 7). Stop that.'), [
        { pid, whose },
      ]);
    expect(judge('ours', 7)).toMatchObject({ state: 'ok' });
    expect(judge('yours')).toMatchObject({ state: 'ok' });
    expect(judge('left over', 7)).toMatchObject({ state: 'warning', mend: 'This clears it: npm start' });
    expect(() => judge('ours', 8)).toThrow('in use by x');
  });

  it('on the stage', async () => {
    const facts = { status: undefined, leftOvers: [] };
    expect(judgeStage(facts)).toMatchObject({ state: 'ok' });
    expect(judgeStage({ ...facts, status: await status({}) })).toMatchObject({ state: 'ok' });
    expect(judgeStage({ ...facts, status: await status({ yours: true, state: 'stopped' }) })).toMatchObject({
      state: 'ok',
    });
    expect(judgeStage({ ...facts, leftOvers: ['server (pid 7)'] })).toMatchObject({
      state: 'warning',
      fact: 'An earlier stage has left behind: server (pid 7).',
      mend: 'This clears it: npm start',
    });
    const odd = await status({ state: 'died' }, { network: { state: 'cut', venue: true } });
    expect(judgeStage({ ...facts, status: odd })).toMatchObject({
      state: 'warning',
      fact: 'The stage is up, but not whole: worker died, network cut.',
    });
    expect(judgeStage({ ...facts, pid: 7, status: 'silent' })).toMatchObject({ state: 'problem' });
    expect(judgeStage({ ...facts, status: 'silent' })).toMatchObject({ state: 'ok' }); // a port's check says whose
  });

  it.skipIf(process.platform === 'win32')('on what an earlier stage has left behind', async () => {
    expect(findLeftOvers(folder)).toEqual([]);
    const identity = identityOf(process.pid) as string;
    const alive = { pid: process.pid, identity };
    const gone = { pid: process.pid, identity: 'of an earlier process' };
    mkdirSync(join(folder, 'pids'));
    const note = (name: string, process: object, owner: object) =>
      writeFileSync(join(folder, 'pids', `${name}.json`), JSON.stringify({ name, ...process, owner }));
    note('server', alive, gone);
    note('worker', alive, alive);
    note('app', gone, gone);
    expect(findLeftOvers(folder).map(({ name }) => name)).toEqual(['server']);
    expect(await look(stageCheck)).toMatchObject({ state: 'warning' });
  });

  it('on the Web UI', async () => {
    expect(judgeWebUi({ url: 'u', status: 200 })).toMatchObject({ state: 'ok' });
    expect(judgeWebUi({ url: 'u', status: 502 })).toMatchObject({
      state: 'problem',
      fact: expect.stringContaining('502'),
    });
    expect(judgeWebUi({ url: 'u' })).toMatchObject({
      state: 'problem',
      mend: 'Run: npm run stage restart server',
    });
    expect(await look(webUiCheck)).toBeUndefined();
    const server = { name: 'server', pid: 7 } as const;
    expect(await look(webUiCheck, { stage: status(server, { ports: { ui: 9 } }) })).toMatchObject({
      state: 'problem',
    });
    expect(await look(webUiCheck, { stage: status(server, { profile: 'mine' }) })).toBeUndefined();
  });

  it('on the lookup services, without which the talk works too', () => {
    expect(judgeLookups(true, undefined)).toMatchObject({ state: 'ok' });
    expect(judgeLookups(false, undefined)).toMatchObject({
      state: 'ok',
      fact: expect.stringContaining('venue mode'),
    });
    expect(judgeLookups(false, { state: 'open', venue: true })).toMatchObject({ state: 'ok' });
    expect(judgeLookups(false, { state: 'open', venue: false })).toMatchObject({ state: 'warning' });
  });

  it('on the clock', async () => {
    const date = 'Sat, 21 Nov 2026 10:00:00 GMT';
    const second = Date.parse(date);
    expect([-3000, -1, 0, 999, 1000, 4000].map((ms) => clockOff(date, second + ms))).toEqual([
      ...[-3000, -1, 0, 0, 0, 3000],
    ]);
    expect([clockOff(undefined, 0), clockOff('undefined', 0)]).toEqual([undefined, undefined]);
    expect(judgeClock('x', undefined)).toBeUndefined();
    expect(judgeClock('x', 2000)).toMatchObject({ state: 'ok' });
    expect(judgeClock('x', 2001)).toMatchObject({
      state: 'warning',
      fact: 'The clock is 2 s ahead of x.',
    });
    expect(judgeClock('x', -5000)).toMatchObject({ fact: 'The clock is 5 s behind x.' });
    expect(await look(clockCheck)).toBeUndefined();
    expect(await look(clockCheck, { lookupServices: Promise.resolve({ clockOff: 9000 }) })).toMatchObject({
      state: 'warning',
    });
  });

  it('on the bug', async () => {
    expect(judgeBug('out')).toMatchObject({ state: 'ok' });
    expect(judgeBug('in')).toMatchObject({
      state: 'problem',
      mend: expect.stringContaining('npm run stage fix geolocation'),
    });
    mkdirSync(join(folder, 'hello-ip'));
    writeFileSync(join(folder, 'hello-ip', 'activities.ts'), '`ttp://ip-api.com/json/`');
    expect(await look(bugCheck)).toMatchObject({ state: 'problem' });
    writeFileSync(join(folder, 'hello-ip', 'activities.ts'), '');
    await expect(look(bugCheck)).rejects.toMatchObject({ name: 'UserError' });
  });

  it('on the slides', async () => {
    expect(judgeSlides({ there: true, installed: true })).toMatchObject({ state: 'ok' });
    expect(await look(slidesCheck)).toBeUndefined();
    mkdirSync(join(folder, 'slides'));
    writeFileSync(join(folder, 'slides', 'package.json'), '{}');
    expect(await look(slidesCheck)).toMatchObject({
      state: 'warning',
      mend: expect.stringContaining('npm ci --prefix slides'),
    });
  });

  it('on the address of the kit', async () => {
    const git = (...words: string[]) => execFileSync('git', words, { cwd: folder });
    const none = { state: 'warning', mend: 'Name one: KIT_URL=https://… npm run slides' };
    expect(await look(kitAddressCheck)).toMatchObject(none);
    git('init', '--quiet');
    expect(await look(kitAddressCheck)).toMatchObject(none);
    git('remote', 'add', 'origin', 'git@example.org:kit.git');
    expect(await look(kitAddressCheck)).toMatchObject(none);
    git('remote', 'set-url', 'origin', 'https://me:secret@example.org/our/kit.git');
    expect(await look(kitAddressCheck)).toEqual({
      state: 'ok',
      fact: 'The address of the kit is https://example.org/our/kit, also on the slides.',
    });
    // A repository around the kit is not its own.
    mkdirSync(join(folder, 'kit'));
    expect(await look(kitAddressCheck, { root: join(folder, 'kit') })).toMatchObject(none);
    expect(await look(kitAddressCheck, { env: { KIT_URL: 'https://kit.example.org/' } })).toMatchObject({
      fact: expect.stringContaining(' https://kit.example.org, '),
    });
    await expect(look(kitAddressCheck, { env: { KIT_URL: 'kit' } })).rejects.toThrow('KIT_URL is "kit"');
  });

  it('on Chromium', () => {
    expect(judgeChromium('/usr/bin/chromium')).toMatchObject({ state: 'ok' });
    expect(judgeChromium(undefined)).toMatchObject({ state: 'warning', mend: expect.any(String) });
  });
});

describe('the checks', () => {
  const check = (name: string, find: Check['look']): Check => ({ name, look: find });

  it('run side by side, and one that crashes or hangs is a warning that names itself', async () => {
    const env = { PATH: process.env.PATH, http_proxy: 'http://127.0.0.1:9', no_proxy: '' };
    const results = await examine(
      [
        check('well', async () => ({ state: 'ok', fact: 'Fine.' })),
        check('crashed', async () => JSON.parse('{')),
        check('hung', () => new Promise(() => {})),
        check('silent', async () => undefined),
        check('refused', async () => {
          throw userError('Port 1 is in use by a. b (pid 7). Move ours: set PORT.');
        }),
      ],
      { env, root: folder, folder },
      300,
    );
    expect(results).toEqual([
      { name: 'well', state: 'ok', fact: 'Fine.' },
      {
        name: 'crashed',
        state: 'warning',
        fact: expect.stringMatching(/^The check "crashed" could not be completed: /),
      },
      {
        name: 'hung',
        state: 'warning',
        fact: 'The check "hung" could not be completed: no answer within 0.3 s.',
      },
      {
        name: 'refused',
        state: 'problem',
        fact: 'Port 1 is in use by a. b (pid 7).',
        mend: 'Move ours: set PORT.',
      },
    ]);
  });

  it('say state by shape and word', () => {
    expect(lineOf({ state: 'ok', fact: 'Fine.' })).toBe('✔ ok       Fine.');
    expect(lineOf({ state: 'warning', fact: 'Fair.', mend: 'Do.' })).toBe('‖ warning  Fair. Do.');
    expect(lineOf({ state: 'problem', fact: 'Bad.', mend: 'Do.' })).toBe('✘ problem  Bad. Do.');
  });
});

/** A stage with one process, a Worker that is ready unless stated otherwise. */
async function status(
  process: Partial<ProcessStatus>,
  others: Omit<Partial<StageStatus>, 'ports'> & { ports?: Partial<StageStatus['ports']> } = {},
): Promise<StageStatus> {
  const worker = { name: 'worker', state: 'ready', yours: false, frozen: false, ...process } as const;
  const service = { address: '127.0.0.1:7233', namespace: 'default' };
  return { processes: [worker], service, ...others, ports: others.ports as StageStatus['ports'] };
}
