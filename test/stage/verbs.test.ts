// The verbs on a running stage, most of them without a process of their own: in the right order, in the wrong one, twice, two at once, and from where they may not come.
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { readControl } from '../../stage/control/control-file.ts';
import { findChromium } from '../../stage/doctor/find-chromium.ts';
import { launchChromium } from '../../stage/doctor/launch-chromium.ts';
import { cleanUp, isThere, newFolder, type Program, run, startStage, until } from '../support/harness.ts';
import { say, useStage, type Words } from '../support/verbs.ts';

let stage: Program;
beforeAll(async () => {
  stage = await startStage();
  useStage(stage);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await cleanUp();
});

async function done(...words: Words): Promise<string> {
  const { code, said } = await say(...words);
  expect({ code, said }).toMatchObject({ code: 0 });
  return said;
}

async function refused(...words: Words): Promise<string> {
  const { code, said } = await say(...words);
  expect({ code, said }).toMatchObject({ code: 1 });
  expect(said).not.toMatch(/^\s+at /m);
  return said;
}

const control = (headers: Record<string, string>, body: string) =>
  new Promise<{ status?: number; text: string }>((resolve, reject) => {
    const options = { port: stage.ports.CONTROL_PORT, host: '127.0.0.1', method: 'POST', headers };
    request(options, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode, text }));
    })
      .on('error', reject)
      .end(body);
  });

const orderOf = (order: object, before = Date.now() + 10_000) => JSON.stringify({ ...order, before });
const host = () => `127.0.0.1:${stage.ports.CONTROL_PORT}`;
const ours = () => ({ host: host(), 'x-stage': readControl(stage.folder)?.token ?? '' });

describe('one after the other', () => {
  beforeEach(async () => {
    for (const process of ['server', 'network', 'worker', 'app']) {
      await control(ours(), orderOf({ do: 'start', process }));
    }
  });

  it.each(['worker', 'app', 'network', 'server'])('kill and start the %s', async (name) => {
    const before = stage.pidOf(name);
    expect(await done('kill', name)).toMatch(new RegExp(`^${name} killed \\(pid ${before}, \\d+ ms\\)$`));
    expect(isThere(before)).toBe(false);
    expect(await refused('kill', name)).toBe(`The ${name} is not running (ended: SIGKILL).`);
    expect(await refused('stop', name)).toContain('is not running');
    expect(await done('start', name)).toMatch(new RegExp(`^${name} ready \\(pid \\d+, \\d+ ms\\)$`));
    expect(await done('start', name)).toContain('was already ready');
    expect(stage.pidOf(name)).not.toBe(before);
  });

  it('restart is a new process, and stop a polite end', async () => {
    const before = stage.pidOf('app');
    expect(await done('restart', 'app')).toMatch(/app stopped .*\napp ready /);
    expect(isThere(before)).toBe(false);
    expect(await done('stop', 'app')).toContain('app stopped');
    expect(await done('status')).toMatch(/^app +stopped/m);
  });

  it('freeze, and even then kill', async () => {
    expect(await done('freeze', 'worker')).toContain('worker frozen');
    expect(await done('status')).toMatch(/^worker +frozen/m);
    expect(await done('thaw', 'worker')).toContain('worker thawed');
    expect(await done('status')).toMatch(/^worker +ready/m);
    await done('freeze', 'worker');
    expect(await done('kill', 'worker')).toContain('worker killed');
    expect(await refused('freeze', 'worker')).toContain('npm run stage start worker');
  });

  it('two at once and a kill during a start end in a state that is told', async () => {
    await done('kill', 'worker');
    const [one, two] = await Promise.all([say('start', 'worker'), say('start', 'worker')]);
    expect([one.code, two.code]).toEqual([0, 0]);
    const kills = await Promise.all([say('kill', 'worker'), say('kill', 'worker')]);
    expect(kills.map(({ code }) => code).sort()).toEqual([0, 1]);
    await Promise.all([say('start', 'worker'), say('kill', 'worker'), say('restart', 'worker')]);
    await say('start', 'worker');
    expect(await done('status')).toMatch(/^worker +ready/m);
  });

  it('cut, cut silently and restore the network', async () => {
    expect(await done('cut', 'network')).toBe('network cut: lookups are refused');
    expect(await done('status')).toMatch(/^lookups +cut, venue mode/m);
    expect(await done('cut', 'network', 'silently')).toContain('never answered');
    expect(await done('restore', 'network')).toBe('network restored: lookups go through');
    expect(await done('status')).toMatch(/^lookups +open, venue mode/m);
  });

  it('a process in a terminal of one’s own is shown as yours, killed like any other, and gone with its terminal', async () => {
    expect(await refused('run', 'worker')).toContain('Stop that one first: npm run stage stop worker');
    await done('stop', 'worker');
    const terminal = await run('stage/commands/stage.ts', ['run', 'worker'], stage);
    await terminal.untilSaid('Worker ready: ');
    const pid = stage.pidOf('worker');
    expect(await done('status')).toMatch(new RegExp(`^worker +running, yours, pid ${pid}`, 'm'));
    expect(await refused('start', 'worker')).toContain('is running in your own terminal');
    expect(await done('kill', 'worker')).toContain(`worker killed (pid ${pid}`);
    expect((await terminal.ended()).code).toBe(1);

    const again = await run('stage/commands/stage.ts', ['run', 'worker'], stage);
    await again.untilSaid('Worker ready: ');
    const second = stage.pidOf('worker');
    expect((await again.leave('SIGHUP')).code).toBe(0);
    expect(isThere(second)).toBe(false);
    expect(await done('start', 'worker')).toContain('worker ready');
  });

  it('greet starts what the form starts, and reset ends it', async () => {
    const url = await done('greet', 'Ziggy', 'Stardust', '3600');
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/greetings\/greeting-ziggy-stardust-[0-9a-z]{6}$/);
    expect((await fetch(url)).status).toBe(200);
    expect(await done('status')).toContain(url);
    await done('kill', 'worker');
    await done('cut', 'network');
    const said = await done('reset');
    expect(said).toMatch(/worker ready .*\n/);
    expect(said).toMatch(/executions terminated: [1-9]/);
    expect(await (await fetch(url)).text()).toContain('Terminated by somebody');
    expect(await done('status')).toMatch(/^lookups +open/m);
  });

  it('show draws what happened to a greeting, and cancel ends it', async () => {
    const url = await done('greet', 'Ziggy', '3600');
    const workflowId = url.split('/').at(-1) ?? '';
    await until(async () => (await (await fetch(url)).text()).includes('Sleeping'));
    await done('kill', 'worker');
    expect(await done('show')).toMatch(/✗ kill -9 Worker\nWorker .*✗.*\ngetIP .*✔ once/);
    expect(await done('show', workflowId)).toMatch(new RegExp(`^${workflowId}\n`));
    expect(await refused('show', 'nobody')).toBe(
      '"nobody" is not a greeting. See the last one: npm run stage show',
    );
    await done('start', 'worker');
    expect(await done('cancel')).toBe(`cancellation requested: ${workflowId}`);
    await until(async () => (await (await fetch(url)).text()).includes('Cancelled by somebody'));
    expect(await refused('cancel')).toBe(
      `The last greeting, ${workflowId}, is cancelled. Start another one: npm run stage greet Ziggy 10`,
    );
  });

  it('without the Temporal Service, greet says what to do', async () => {
    await done('kill', 'server');
    expect(await refused('greet', 'Ziggy')).toBe(
      'The Temporal Service does not answer. Start it: npm run stage start server, or: npm run server',
    );
  });
});

describe('words', () => {
  /** What `npm run stage` says in a terminal. */
  async function told(...words: string[]): Promise<string> {
    const command = await run('stage/commands/stage.ts', words, stage);
    expect(await command.ended()).toMatchObject({ code: 0 });
    return command.output().trim();
  }

  it('help fits one screen', async () => {
    const said = await told();
    expect(said.split('\n').length).toBeLessThanOrEqual(24);
    expect(Math.max(...said.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(100);
    expect(await told('--help')).toBe(said);
  });

  it('--help after a verb is help, and nothing is done', async () => {
    const before = stage.pidOf('app');
    expect(await told('kill', 'app', '--help')).toContain('npm run stage kill <process>|counters\n');
    expect(isThere(before)).toBe(true);
  });

  it.each([
    [['kil', 'worker'], 'Did you mean: npm run stage kill'],
    [['kill'], 'Which process?'],
    [['kill', 'wroker'], 'Did you mean: npm run stage kill worker'],
    [['kill', 'worker', 'app'], 'One process at a time.'],
    [['cut', 'cables'], 'Run: npm run stage cut network'],
    [['restore'], 'Run: npm run stage restore network'],
    [['greet'], 'For example: npm run stage greet Ziggy 10'],
    [['greet', 'Ziggy', '9999'], 'Enter a whole number from 0 to 3600.'],
    [['run', 'server'], 'Run: npm run server'],
    [['status', 'now'], 'Run: npm run stage status'],
    [['reset', 'all', 'of', 'it'], 'Run: npm run stage reset'],
  ] as [Words, string][])('%j', async (words, answer) => {
    expect(await refused(...words)).toContain(answer);
  });
});

describe('safety', () => {
  const KILL_APP = { do: 'kill', process: 'app' };
  it.each([
    ['a foreign Host', () => ({ ...ours(), host: 'evil.example' })],
    [
      'a Host that only looks like ours',
      () => ({ ...ours(), host: `127.0.0.1.evil.example:${stage.ports.CONTROL_PORT}` }),
    ],
    ['an Origin', () => ({ ...ours(), origin: 'http://evil.example' })],
    ['no token', () => ({ host: host() })],
    ['a token that another user has made up', () => ({ ...ours(), 'x-stage': '1' })],
  ])('%s is refused', async (_what, headers) => {
    const before = stage.pidOf('app');
    expect((await control(headers() as Record<string, string>, orderOf(KILL_APP))).status).toBe(403);
    expect(isThere(before)).toBe(true);
  });

  it('an order that comes after its deadline is refused', async () => {
    const before = stage.pidOf('app');
    const { status, text } = await control(ours(), orderOf(KILL_APP, Date.now() - 1));
    expect({ status, text }).toEqual({ status: 409, text: expect.stringContaining('came too late') });
    expect(isThere(before)).toBe(true);
  });

  it.each([
    '',
    'nonsense',
    '{}',
    orderOf({ do: 'kill', process: 'init' }, Number.MAX_SAFE_INTEGER),
    JSON.stringify(KILL_APP),
    'x'.repeat(1001),
  ])('the order %j is answered and does nothing', async (body) => {
    expect((await control(ours(), body)).status).toBe(400);
  });

  it.skipIf(!findChromium())('a page in the presenter’s browser cannot trigger anything', async () => {
    const before = stage.pidOf('app');
    const page = createServer((_request, response) =>
      response.setHeader('content-type', 'text/html').end('<p>'),
    );
    await new Promise<void>((resolve) => page.listen(0, '127.0.0.1', resolve));
    const browser = await launchChromium(findChromium() ?? '');
    try {
      const tab = await browser.newPage();
      await tab.goto(`http://127.0.0.1:${(page.address() as AddressInfo).port}`);
      const url = `http://${host()}/`;
      const outcome = await tab.evaluate(
        async ([to, body, token]) => {
          const attempts = [
            fetch(to, { method: 'POST', body }),
            fetch(to, { method: 'POST', body, mode: 'no-cors' }),
            fetch(to, { method: 'POST', body, headers: { 'x-stage': token } }),
          ];
          const form = Object.assign(document.createElement('form'), {
            method: 'post',
            action: to,
            enctype: 'text/plain',
          });
          document.body.append(form);
          const results = await Promise.allSettled(attempts);
          form.submit();
          return results.map(({ status }) => status);
        },
        [url, orderOf(KILL_APP), readControl(stage.folder)?.token ?? ''] as const,
      );
      await tab.waitForURL(url);
      expect(outcome).toEqual(['rejected', 'fulfilled', 'rejected']); // fulfilled, and unreadable: it got a 403
      expect(isThere(before)).toBe(true);
    } finally {
      await browser.close();
      page.close();
    }
  });
});

it('without a stage every verb that needs one says how to start it', async () => {
  const nowhere = { folder: newFolder(), ports: { ...stage.ports, CONTROL_PORT: 1 } };
  const said = 'The stage is not up. Start it in another terminal: npm start';
  useStage(nowhere);
  for (const words of [['status'], ['kill', 'worker'], ['cut', 'network'], ['reset']] as Words[])
    expect(await refused(...words)).toBe(said);
  const command = await run('stage/commands/stage.ts', ['run', 'app'], nowhere);
  expect((await command.ended()).code).toBe(1);
  expect(command.output().trim()).toBe(said);
});
