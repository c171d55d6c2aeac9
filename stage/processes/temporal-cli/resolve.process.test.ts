// The six steps in order, on machines that have some things and lack others.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  createMachine,
  fakeCli,
  type Machine,
  pack,
  type Release,
  serveRelease,
  until,
  versionLine,
  writeScript,
} from '../../../test/support/cli-fakes.ts';
import type { Source } from './download.ts';
import { findTemporalCli } from './resolve.ts';

const NEVER = { releaseUrl: 'http://127.0.0.1:1' }; // a port that nothing may listen on

let machine: Machine;
let release: Release;

beforeAll(async () => {
  release = await serveRelease(await pack({ temporal: fakeCli() }));
});
afterAll(() => release.close());
beforeEach(async () => {
  machine = await createMachine();
});
afterEach(() => machine.remove());

const find = (source: Source = NEVER) =>
  findTemporalCli({ env: machine.env, print: machine.print, source, terminal: { write: () => undefined } });

describe.skipIf(process.platform === 'win32')('TEMPORAL_CLI', () => {
  test('is taken before anything else', async () => {
    await machine.install('temporal', fakeCli());
    const path = await writeScript(join(machine.folder, 'mine'), fakeCli(versionLine('1.40.0', '2.0.0')));
    machine.env.TEMPORAL_CLI = path;
    expect(await find()).toEqual({ path, origin: 'TEMPORAL_CLI', version: '2.0.0', server: '1.40.0' });
    expect(machine.said()).toBe(`Temporal CLI 2.0.0 (Server 1.40.0) from TEMPORAL_CLI: ${path}`);
  });

  test.each([
    ['missing', 'is not there', undefined],
    ['folder/', 'is not a file', undefined],
    ['old', 'has Server 1.30.9, and this kit needs 1.31 or newer', fakeCli(versionLine('1.30.9'))],
    ['other', 'does not run as a Temporal CLI', 'echo hello'],
    ['crash', 'does not run as a Temporal CLI', 'exit 3'],
  ])('that is wrong (%s) is refused, whatever else is there', async (name, reason, script) => {
    await machine.install('temporal', fakeCli());
    const path = join(machine.folder, name);
    if (script) await writeScript(path, script);
    else if (name.endsWith('/')) await mkdir(path);
    machine.env.TEMPORAL_CLI = path;
    await expect(find()).rejects.toMatchObject({
      name: 'UserError',
      message: `TEMPORAL_CLI is "${path}", which ${reason}. Set it to the path of a Temporal CLI with Server 1.31 or newer, or unset it.`,
    });
  });

  test('that is not executable is refused', async () => {
    machine.env.TEMPORAL_CLI = join(machine.folder, 'plain');
    await writeFile(machine.env.TEMPORAL_CLI, fakeCli());
    await expect(find()).rejects.toThrow('which is not executable.');
  });
});

describe.skipIf(process.platform === 'win32')('PATH', () => {
  test('offers a CLI built by hand, which only its Server version identifies', async () => {
    const path = await machine.install('temporal', fakeCli(versionLine('1.31.2', '0.0.0-DEV')));
    expect(await find()).toEqual({ path, origin: 'PATH', version: '0.0.0-DEV', server: '1.31.2' });
  });

  test('with an old one is skipped, with the reason', async () => {
    const path = await machine.install('temporal', fakeCli(versionLine('1.9.5', '1.0.0')));
    await writeScript(machine.cached(), fakeCli());
    expect(await find()).toMatchObject({ origin: 'cache' });
    expect(machine.lines).toContain(
      `${path} is skipped: it has Server 1.9.5, and this kit needs 1.31 or newer.`,
    );
  });

  test('is searched past an old one', async () => {
    await machine.install('temporal', fakeCli(versionLine('1.9.5')));
    const path = await writeScript(join(machine.folder, 'later', 'temporal'), fakeCli());
    machine.env.PATH += `:${dirname(path)}`;
    expect(await find()).toMatchObject({ path, origin: 'PATH' });
  });
});

describe.skipIf(process.platform === 'win32')('the cache', () => {
  test('is used without any request', async () => {
    await writeScript(machine.cached(), fakeCli());
    expect(await find()).toMatchObject({ path: machine.cached(), origin: 'cache' });
    expect(machine.lines).toEqual([`Temporal CLI 1.8.2 (Server 1.31.2) from the cache: ${machine.cached()}`]);
  });

  test.each([
    ['truncated', 'MZ\u007FELF'],
    ['empty', ''],
  ])('with a binary that does not run (%s) gets a good one', async (_, content) => {
    await writeScript(machine.cached(), '');
    await writeFile(machine.cached(), content);
    expect(await find(release.source)).toMatchObject({
      path: machine.cached(),
      origin: 'downloaded',
    });
    expect(machine.said()).toContain(`${machine.cached()} is replaced: it does not run as a Temporal CLI.`);
    expect(await readFile(machine.cached(), 'utf8')).toContain(versionLine());
  });

  test('that cannot be written gives way to the stage folder, and the next run finds it there', async () => {
    const home = machine.env.HOME ?? '';
    await writeFile(home, 'a file where the home should be');
    const path = join(machine.folder, 'stage', 'cache', 'temporal-1.8.2', 'temporal');
    expect(await find(release.source)).toMatchObject({ path, origin: 'downloaded' });
    expect(machine.said()).toMatch(
      /kept in .*stage\/cache, because .*home.* cannot be written \(ENOTDIR\)\./,
    );
    expect(await find()).toMatchObject({ path, origin: 'cache' });
  });

  test.each([
    ['unset', undefined],
    ['empty', ''],
  ])('without a HOME (%s) is the stage folder', async (_, home) => {
    machine.env.HOME = home;
    const path = join(machine.folder, 'stage', 'cache', 'temporal-1.8.2', 'temporal');
    expect(await find(release.source)).toMatchObject({ path });
    expect(machine.said()).toContain('stage/cache, because HOME is not set.');
  });

  test('that cannot be written anywhere is a clear error', async () => {
    const file = join(machine.folder, 'file');
    await writeFile(file, '');
    Object.assign(machine.env, { HOME: file, STAGE_FOLDER: file });
    await expect(find()).rejects.toMatchObject({
      name: 'UserError',
      message: expect.stringMatching(/no place for the Temporal CLI: .*ENOTDIR.*Set STAGE_FOLDER/),
    });
  });
});

test.runIf(process.platform === 'linux')('XDG_CACHE_HOME moves the cache, unless it is relative', () => {
  machine.env.XDG_CACHE_HOME = '/elsewhere';
  expect(machine.cached()).toBe('/elsewhere/invincible-apps/temporal-1.8.2/temporal');
  machine.env.XDG_CACHE_HOME = 'elsewhere';
  expect(machine.cached()).toBe(join(machine.folder, 'home/.cache/invincible-apps/temporal-1.8.2/temporal'));
});

test('when nothing helps, one error says what was tried and what to install', async () => {
  await machine.install('temporal', fakeCli(versionLine('1.20.0')));
  const error = await find().catch((reason) => reason);
  expect(error.name).toBe('UserError');
  for (const part of [
    /PATH: .*bin\/temporal has Server 1\.20\.0/,
    /cache: .*temporal-1\.8\.2.* is not there/,
    /not downloaded: .*ECONNREFUSED/,
    /not built with Go: Go is not installed/,
    /brew install temporal/,
    /https:\/\/temporal\.io\/setup\/install-temporal-cli/,
  ]) {
    expect(error.message).toMatch(part);
  }
});

test('a signal that aborts while a version is asked for ends the search', async () => {
  const started = join(machine.folder, 'started');
  await machine.install('temporal', `touch ${started}; exec sleep 600`);
  const controller = new AbortController();
  const search = findTemporalCli({
    env: machine.env,
    print: machine.print,
    source: NEVER,
    signal: controller.signal,
  });
  const outcome = expect(search).rejects.toThrow('enough');
  await until(() => readFile(started).catch(() => undefined)).toBeDefined();
  controller.abort(new Error('enough'));
  await outcome;
});
