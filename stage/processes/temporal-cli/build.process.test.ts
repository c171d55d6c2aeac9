// The build with a fake Go: what Go is asked, what is reported meanwhile, and that no process or cache is left behind.
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  createMachine,
  fakeCli,
  type Machine,
  spawnResolver,
  until,
  versionLine,
} from '../../../test/support/cli-fakes.ts';
import { identityOf } from '../process-table.ts';
import { findTemporalCli } from './resolve.ts';

const NOWHERE = { releaseUrl: 'http://127.0.0.1:1' }; // nothing may listen there
let machine: Machine;

beforeEach(async () => {
  machine = await createMachine();
});
afterEach(async () => {
  vi.useRealTimers();
  await machine.remove();
});

const inMachine = (name: string) => join(machine.folder, name);
const content = (name: string) => readFile(inMachine(name), 'utf8').catch(() => '');

/** A Go whose build runs this script, after recording its arguments, its environment and its pid. */
function installGo(build: string, version = 'go1.26.8') {
  return machine.install(
    'go',
    `if [ "$1" = version ]; then echo "go version ${version} linux/amd64"; exit; fi
echo "$*" > ${inMachine('arguments')}
echo "$GOMODCACHE $GOCACHE $GOTMPDIR $GOPATH" > ${inMachine('folders')}
echo "$GOTOOLCHAIN $GOFLAGS $GOWORK $CGO_ENABLED $PWD" > ${inMachine('surroundings')}
[ -d "$GOTMPDIR" ] || exit 9
echo $$ > ${inMachine('pid')}
${build}`,
  );
}

const WRITE_CLI = `while [ "$1" != -o ]; do shift; done
printf '#!/bin/sh\\n%s\\n' "${fakeCli().replaceAll('"', '\\"')}" > "$2"; chmod +x "$2"`;
const HANG = 'sleep 600 & echo $! > $0.sleep; echo modernc.org/sqlite >&2; wait';

function find(
  options: { signal?: AbortSignal; terminal?: { isTTY?: boolean; write(text: string): unknown } } = {},
) {
  return findTemporalCli({
    env: machine.env,
    print: machine.print,
    source: NOWHERE,
    terminal: { write: () => undefined },
    ...options,
  });
}

async function pidsOfHangingGo(): Promise<number[]> {
  const read = async () => [await content('pid'), await content('bin/go.sleep')].map(Number);
  await until(async () => (await read()).every((pid) => pid > 0)).toBe(true);
  return read();
}

describe.skipIf(process.platform === 'win32')('the build', () => {
  test('makes a CLI from the committed module, in caches of its own that are then removed', async () => {
    await installGo(WRITE_CLI);
    Object.assign(machine.env, {
      GOFLAGS: '-mod=vendor',
      GOWORK: '/elsewhere/go.work',
      GOMODCACHE: '/elsewhere',
    });
    expect(await find()).toEqual({
      path: machine.cached(),
      origin: 'built with Go',
      version: '1.8.2',
      server: '1.31.2',
    });
    expect(await content('arguments')).toMatch(
      /^build -v -buildvcs=false -o \S+ -ldflags .*-X github\.com\/temporalio\/cli\/internal\/temporalcli\.Version=1\.8\.2 github\.com\/temporalio\/cli\/cmd\/temporal\n$/,
    );
    expect(await content('surroundings')).toMatch(
      /^auto -modcacherw off 0 .*stage\/processes\/temporal-cli\/go\n$/,
    );
    for (const folder of (await content('folders')).split(/\s+/).filter(Boolean)) {
      expect(folder).toContain(join(machine.cache(), `temporal-1.8.2.work-${process.pid}`));
    }
    expect(await machine.rests()).toEqual([]);
    expect(machine.said()).toMatch(
      /Building .* takes 3 to 5 minutes\. .*brew install temporal.*https:\/\/temporal\.io/,
    );
  });

  test('that fails is reported with the last words of Go, and leaves nothing behind', async () => {
    await installGo(
      'mkdir -p "$GOMODCACHE/a"; echo go: downloading example.org/a v1 >&2; echo "example.org/a: no such host" >&2; echo example.org/b >&2; exit 1',
    );
    await expect(find()).rejects.toThrow('not built with Go: example.org/a: no such host');
    expect(await machine.rests()).toEqual([]);
    await expect(stat(machine.cached())).rejects.toThrow('ENOENT');
  });

  test.each(['go1.20.14', 'go1.9'])(
    'is not started with %s, which cannot fetch a newer one',
    async (version) => {
      await installGo(WRITE_CLI, version);
      await expect(find()).rejects.toThrow(
        `not built with Go: Go ${version.slice(2)} is too old; 1.21 or newer`,
      );
      expect(await content('arguments')).toBe('');
    },
  );

  test('is tried with a Go that can fetch a newer one, even with GOTOOLCHAIN=local', async () => {
    machine.env.GOTOOLCHAIN = 'local';
    await installGo(WRITE_CLI, 'go1.21.0');
    expect(await find()).toMatchObject({ origin: 'built with Go' });
    expect(await content('surroundings')).toMatch(/^auto /);
  });

  test('that hangs and is aborted leaves neither a process nor a folder', async () => {
    await installGo(HANG);
    const controller = new AbortController();
    const outcome = expect(find({ signal: controller.signal })).rejects.toThrow('enough');
    const pids = await pidsOfHangingGo();
    controller.abort(new Error('enough'));
    await outcome;
    await until(() => pids.filter(identityOf)).toEqual([]);
    expect(await machine.rests()).toEqual([]);
  });

  test.each(['SIGINT', 'SIGTERM'] as const)('ends with its process on %s', async (signal) => {
    await installGo(HANG);
    const child = await spawnResolver(machine, NOWHERE);
    const pids = await pidsOfHangingGo();
    child.kill(signal);
    expect(await child.ended).toMatchObject({ signal });
    await until(() => pids.filter(identityOf)).toEqual([]);
    expect(await machine.rests()).toEqual([]);
  });

  test('whose process is killed with kill -9 dies at its next output, and the next run removes its folders', async () => {
    await installGo('while :; do echo modernc.org/sqlite >&2; sleep 0.1; done');
    const child = await spawnResolver(machine, NOWHERE);
    await until(async () => Number(await content('pid'))).toBeGreaterThan(0);
    const pid = Number(await content('pid'));
    child.kill('SIGKILL');
    await child.ended;
    await until(() => identityOf(pid)).toBeUndefined();
    expect(await machine.rests()).not.toEqual([]);
    await machine.install('temporal', fakeCli(versionLine()));
    expect(await find()).toMatchObject({ origin: 'PATH' });
    expect((await machine.rests()).filter((name) => name.includes('work'))).toEqual([]);
  });

  test('shows what it is doing, every second on a terminal', async () => {
    await installGo(
      `echo go: downloading modernc.org/libc v1 >&2; while ! [ -e ${inMachine('done')} ]; do sleep 0.1; done; ${WRITE_CLI}`,
    );
    let shown = '';
    const outcome = find({
      terminal: {
        isTTY: true,
        write: (text) => {
          shown += text;
        },
      },
    });
    await until(() => shown).toContain('Go: 1 s, downloading modernc.org/libc');
    await writeFile(inMachine('done'), '');
    await outcome;
    expect(shown.endsWith('\r\u001B[K')).toBe(true);
  });

  test('says what it is doing, every 30 s elsewhere', async () => {
    await installGo(HANG);
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const controller = new AbortController();
    const outcome = find({ signal: controller.signal }).catch(() => undefined);
    await pidsOfHangingGo();
    vi.advanceTimersByTime(90_000);
    expect(machine.lines.slice(-3)).toEqual(
      ['30 s', '1 min 0 s', '1 min 30 s'].map(
        (time) => `building the Temporal CLI with Go: ${time}, compiling modernc.org/sqlite`,
      ),
    );
    controller.abort();
    await outcome;
  });
});
