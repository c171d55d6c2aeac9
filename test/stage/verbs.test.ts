// The verbs on a running stage: in the right order, in the wrong one, twice, two at once, and from where they may not come.
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findChromium } from '../../stage/chromium.ts';
import { launchChromium } from '../browser/chromium.ts';
import { cleanUp, isThere, type Program, run, startStage } from './harness.ts';

let stage: Program;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(cleanUp);

/** Runs a verb in a terminal of its own; what it said, and how it ended. */
async function say(...words: string[]): Promise<{ code: number | null; said: string }> {
  const verb = await run('stage/stage.ts', words, stage);
  const { code } = await verb.ended();
  return { code, said: verb.output().trim() };
}

async function done(...words: string[]): Promise<string> {
  const { code, said } = await say(...words);
  expect({ code, said }).toMatchObject({ code: 0 });
  return said;
}

async function refused(...words: string[]): Promise<string> {
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

const ours = () => ({ host: `127.0.0.1:${stage.ports.CONTROL_PORT}`, 'x-stage': '1' });

describe('one after the other', () => {
  beforeEach(async () => {
    for (const process of ['server', 'network', 'worker', 'app']) {
      await control(ours(), JSON.stringify({ do: 'start', process }));
    }
  });

  it.each(['worker', 'app', 'network', 'server'])('kill and start the %s', async (name) => {
    const before = stage.pidOf(name);
    expect(await done('kill', name)).toMatch(new RegExp(`^${name} killed \\(pid ${before}, \\d+ ms\\)$`));
    expect(isThere(before)).toBe(false);
    expect(await refused('kill', name)).toBe(`The ${name} is not running (ended: SIGKILL).`);
    expect(await refused('stop', name)).toContain('is not running');
    expect(await done('start', name)).toMatch(new RegExp(`^${name} ready \\(pid \\d+, \\d+ ms\\)$`));
    expect(await done('start', name)).toContain('was ready already');
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
    const terminal = await run('stage/stage.ts', ['run', 'worker'], stage);
    await terminal.untilSaid('Worker ready: ');
    const pid = stage.pidOf('worker');
    expect(await done('status')).toMatch(new RegExp(`^worker +running, yours, pid ${pid}`, 'm'));
    expect(await refused('start', 'worker')).toContain('runs in a terminal of yours');
    expect(await done('kill', 'worker')).toContain(`worker killed (pid ${pid}`);
    expect((await terminal.ended()).code).toBe(1);

    const again = await run('stage/stage.ts', ['run', 'worker'], stage);
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
    expect(said).toMatch(/executions ended: [1-9]/);
    expect(await (await fetch(url)).text()).toContain('Terminated by somebody');
    expect(await done('status')).toMatch(/^lookups +open/m);
  });

  it('without the Temporal Service, greet says what to do', async () => {
    await done('kill', 'server');
    expect(await refused('greet', 'Ziggy')).toBe(
      'The Temporal Service does not answer. Start it: npm run stage start server, or: npm run server',
    );
  });
});

describe('words', () => {
  it('help fits one screen', async () => {
    const said = await done();
    expect(said.split('\n').length).toBeLessThanOrEqual(24);
    expect(Math.max(...said.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(100);
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
  ])('%j', async (words, answer) => {
    expect(await refused(...words)).toContain(answer);
  });
});

describe('safety', () => {
  const order = '{"do":"kill","process":"app"}';
  const host = () => `127.0.0.1:${stage.ports.CONTROL_PORT}`;

  it.each([
    ['a foreign Host', () => ({ host: 'evil.example', 'x-stage': '1' })],
    [
      'a Host that only looks like ours',
      () => ({ host: `127.0.0.1.evil.example:${stage.ports.CONTROL_PORT}`, 'x-stage': '1' }),
    ],
    ['an Origin', () => ({ host: host(), origin: 'http://evil.example', 'x-stage': '1' })],
    ['no header of ours', () => ({ host: host() })],
  ])('%s is refused', async (_what, headers) => {
    const before = stage.pidOf('app');
    expect((await control(headers() as Record<string, string>, order)).status).toBe(403);
    expect(isThere(before)).toBe(true);
  });

  it.each(['', 'nonsense', '{}', '{"do":"kill","process":"init"}', 'x'.repeat(1001)])(
    'the order %j is answered and does nothing',
    async (body) => {
      expect((await control(ours(), body)).status).toBe(400);
    },
  );

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
        async ([to, body]) => {
          const attempts = [
            fetch(to, { method: 'POST', body }),
            fetch(to, { method: 'POST', body, mode: 'no-cors' }),
            fetch(to, { method: 'POST', body, headers: { 'x-stage': '1' } }),
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
        [url, order] as const,
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
  const nowhere = { folder: stage.folder, ports: { ...stage.ports, CONTROL_PORT: 1 } };
  for (const words of [['status'], ['kill', 'worker'], ['cut', 'network'], ['reset'], ['run', 'app']]) {
    const verb = await run('stage/stage.ts', words, nowhere);
    expect((await verb.ended()).code).toBe(1);
    expect(verb.output().trim()).toBe('The stage is not up. Start it in another terminal: npm start');
  }
});
