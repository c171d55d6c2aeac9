// The bug on copies of activities.ts, with a small server standing in for the stage, or with no stage.
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { ProcessStatus } from '../control/client.ts';
import { ACTIVITIES_FILE, changeBug, findBug, isBroken, withBug } from './bug.ts';

const DEAD_PID = 2 ** 30; // higher than any pid on Linux or macOS
const whole = readFileSync(ACTIVITIES_FILE, 'latin1');
const broken = whole.replace('`http://ip-api.com/json/', '`ttp://ip-api.com/json/');

let folder: string;
let file: string;
let lines: string[];
const print = (line: string) => void lines.push(line);
const change = (bug: 'in' | 'out') => changeBug(bug, print, file);
const content = () => readFileSync(file, 'latin1');

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'der käfer '));
  file = join(folder, 'activities.ts');
  lines = [];
  writeFileSync(file, whole, 'latin1');
  // Never a stage that happens to be up on this machine.
  await control(createServer()).then((server) => server.close());
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

describe('in the text', () => {
  it('is one character, there and back', () => {
    expect(broken).toHaveLength(whole.length - 1);
    expect([findBug(whole).bug, findBug(broken).bug]).toEqual(['out', 'in']);
    expect([withBug(whole, 'in'), withBug(broken, 'out')]).toEqual([broken, whole]);
    expect([withBug(whole, 'out'), withBug(broken, 'in')]).toEqual([whole, broken]);
  });

  it.each([
    [
      'no such address',
      '// empty',
      /^hello-ip\/activities\.ts has no http:\/\/ip-api\.com\/json\/\. Correct/,
    ],
    ['another scheme', 'a;\nb("https://ip-api.com/json/");', /no .*, but line 2 \(b\("https:.*\)\. Correct/],
    ['two of them', `${whole}\n${whole}`, /more than once, on lines \d+ and \d+\. Correct/],
    ['one broken and one whole', whole + broken, /more than once/],
    ['an address broken in another way', "'xttp://ip-api.com/json/'", /before the address on line 1 \('xttp/],
    ['a letter too many', "'hhttp://ip-api.com/json/'", /before the address on line 1/],
    ['no quote before', ' ttp://ip-api.com/json/', /before the address on line 1/],
  ])('is refused where there is %s', (_, text, message) => {
    expect(() => findBug(text)).toThrow(message);
    expect(() => withBug(text, 'in')).toThrow(expect.objectContaining({ name: 'UserError' }));
  });
});

describe('in the file', () => {
  it('goes in once and out once, and says so', async () => {
    await change('in');
    expect(content()).toBe(broken);
    expect(isBroken(file)).toBe(true);
    expect(lines[0]).toMatch(/^bug in: .*activities\.ts, line \d+: ttp:\/\/ip-api\.com\/json\/$/);
    const { mtimeMs, ino } = statSync(file);
    await change('in');
    expect(statSync(file)).toMatchObject({ mtimeMs, ino });
    expect(lines.at(-1)).toMatch(/^The bug is already in: /);
    await change('out');
    expect(content()).toBe(whole);
    expect(isBroken(file)).toBe(false);
    await change('out');
    expect(lines.at(-1)).toMatch(/^The bug is already out: /);
    expect(readdirSync(folder)).toEqual(['activities.ts']);
  });

  it.each([
    ['CRLF', Buffer.from(whole.replaceAll('\n', '\r\n'), 'latin1')],
    ['a byte order mark', Buffer.from(`\uFEFF${whole}`)],
    ['uncommitted changes', Buffer.from(`// grüße 🐞\n${whole.replace('getIP', 'getMyIP')}\n\n`)],
    ['bytes that are not UTF-8', Buffer.concat([Buffer.from([0xff, 0x00, 0xe4]), Buffer.from(whole)])],
  ])('leaves every other byte, with %s', async (_, bytes) => {
    writeFileSync(file, bytes);
    await change('in');
    const at = bytes.indexOf('http://ip-api.com/json/');
    expect(readFileSync(file)).toEqual(Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]));
    await change('out');
    expect(readFileSync(file)).toEqual(bytes);
  });

  it.skipIf(process.platform === 'win32')("keeps the file's mode, and a link a link", async () => {
    chmodSync(file, 0o666); // more than any umask would leave
    const link = join(folder, 'link.ts');
    symlinkSync(file, link);
    await changeBug('in', print, link);
    expect(statSync(file).mode & 0o777).toBe(0o666);
    expect(content()).toBe(broken);
    expect(readdirSync(folder).sort()).toEqual(['activities.ts', 'link.ts']);
    expect(readFileSync(link, 'latin1')).toBe(broken);
  });

  it('is refused in an unexpected text, which stays as it is', async () => {
    writeFileSync(file, 'const mine = 1;\n');
    await expect(change('in')).rejects.toMatchObject({ name: 'UserError' });
    await expect(change('out')).rejects.toThrow(/has no http:\/\/ip-api\.com\/json\//);
    expect(content()).toBe('const mine = 1;\n');
    expect(isBroken(file)).toBe(false);
    expect(readdirSync(folder)).toEqual(['activities.ts']);
  });

  it('is refused where there is no file', async () => {
    rmSync(file);
    await expect(change('in')).rejects.toThrow(/is missing\. Restore it: git restore/);
    expect(isBroken(file)).toBe(false);
  });

  it('removes what processes killed in the middle left behind', async () => {
    writeFileSync(join(folder, `.activities.ts.next-${DEAD_PID}`), broken.slice(0, 100));
    mkdirSync(join(folder, `.activities.ts.offer-${DEAD_PID}-x1y2z3`));
    mkdirSync(join(folder, '.activities.ts.lock'));
    writeFileSync(join(folder, '.activities.ts.lock', String(DEAD_PID)), 'identity of the dead');
    await change('in');
    expect(content()).toBe(broken);
    expect(readdirSync(folder)).toEqual(['activities.ts']);
  });

  it('goes in once when asked for many times at once', async () => {
    await Promise.all([change('in'), change('in'), change('in')]);
    expect(content()).toBe(broken);
    expect(lines.filter((line) => line.startsWith('bug in: '))).toHaveLength(1);
    expect(lines.filter((line) => line.startsWith('The bug is already in'))).toHaveLength(2);
    expect(readdirSync(folder)).toEqual(['activities.ts']);
  });
});

describe('the Worker', () => {
  const running: Partial<ProcessStatus> = { state: 'ready', pid: 41, uptimeMs: 60_000 };

  it('is stopped politely and then started, after the file was written', async () => {
    const orders = await playStage(running);
    await change('in');
    expect(orders).toEqual(['status: true', 'stop worker: true', 'start worker: true']);
    expect(lines).toContain('worker restarted: pid 41 gone after 40 ms, pid 42 ready after 900 ms');
    expect(lines.at(-1)).toBe('See it: npm run stage expect retrying getLocationInfo');
  });

  it('is left alone if nothing has changed since it was started', async () => {
    utimesSync(file, 1, 1);
    const orders = await playStage(running);
    await change('out');
    expect(orders).toEqual(['status: false']);
    expect(lines).toHaveLength(1);
  });

  it('is restarted when it is older than a file that is right already', async () => {
    const orders = await playStage(running);
    await change('out');
    expect(orders).toEqual(['status: false', 'stop worker: false', 'start worker: false']);
  });

  it.each([
    ['is down', { state: 'died' }, /^The Worker is down\. Start it: npm run stage start worker$/],
    ['is yours', { ...running, yours: true }, /^The Worker is yours: .*by hand.*Node does not reload a file/],
    ['is left to you', { state: 'stopped', yours: true }, /^The Worker is yours: .*npm run worker/],
  ] as const)('that %s is left alone', async (_, worker, words) => {
    const orders = await playStage(worker);
    await change('in');
    expect(orders).toEqual(['status: true']);
    expect(lines[1]).toMatch(words);
    expect(content()).toBe(broken);
  });

  it('that is about to be spawned is left alone', async () => {
    const orders = await playStage({ state: 'starting' });
    await change('in');
    expect(orders).toEqual(['status: true']);
  });

  it('is unknown without a stage, and the output says so', async () => {
    await change('in');
    expect(lines[1]).toMatch(/^No stage is up: .*restart it by hand/);
  });

  it('of a stage that does not answer is not waited for', async () => {
    await control(createServer(() => {}));
    await expect(change('in')).rejects.toThrow(/^The file is right, but the stage does not answer\./);
    expect(content()).toBe(broken);
  });
});

/** Listens where the stage would, until the test is over. */
async function control(server: Server): Promise<Server> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  // A stage that was up in this clone may have left its own port there.
  vi.stubEnv('STAGE_FOLDER', folder);
  vi.stubEnv('CONTROL_PORT', String((server.address() as AddressInfo).port));
  return server;
}

/** A stage with this Worker; returns the orders it gets, each with whether the bug was in when it came. */
async function playStage(worker: Partial<ProcessStatus>): Promise<string[]> {
  const orders: string[] = [];
  const answers: Record<string, object> = {
    status: { processes: [{ name: 'worker', yours: false, frozen: false, ...worker }] },
    note: {},
    stop: { pid: 41, ms: 40 },
    start: { pid: 42, ms: 900 },
  };
  const server = createServer(async (request, response) => {
    const order = JSON.parse(Buffer.concat(await request.toArray()).toString());
    if (order.do !== 'note')
      orders.push(`${[order.do, order.process].filter(Boolean).join(' ')}: ${isBroken(file)}`);
    response.end(JSON.stringify(answers[order.do]));
  });
  await control(server);
  return orders;
}
