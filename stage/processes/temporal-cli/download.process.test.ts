// The download against a server of our own: whole, cut, forged, silent, stalled, missing, redirected, interrupted.
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, stat } from 'node:fs/promises';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  type Answer,
  createMachine,
  fakeCli,
  type Machine,
  pack,
  serveRelease,
  sha256Of,
  spawnResolver,
  until,
  versionLine,
} from '../../../test/support/cli-fakes.ts';
import type { Source } from './download.ts';
import { findTemporalCli } from './resolve.ts';

const PATIENT = { answerMs: 20_000, stallMs: 20_000 };
const SILENT = { answerMs: 300 };
const STALLED = { stallMs: 300 };
const cleanUp: (() => unknown)[] = [];
let archive: Buffer;
let machine: Machine;

beforeAll(async () => {
  archive = await pack({ temporal: fakeCli() });
});
beforeEach(async () => {
  machine = await createMachine();
});
afterEach(async () => {
  for (const clean of cleanUp.splice(0)) await clean();
  await machine.remove();
});

async function serve(answer?: Answer, content = archive) {
  const release = await serveRelease(content, answer);
  cleanUp.push(release.close);
  return release;
}

function find(source: Source, terminal = { write: (_: string): unknown => undefined }) {
  return findTemporalCli({
    env: machine.env,
    print: machine.print,
    source: { ...PATIENT, ...source },
    terminal,
  });
}

const half: Answer = (_, response) => {
  response.setHeader('content-length', archive.length);
  response.write(archive.subarray(0, archive.length / 2));
};

describe.skipIf(process.platform === 'win32')('a download', () => {
  test('that is complete is moved into the cache, with a line for every quarter', async () => {
    const { source, host } = await serve();
    expect(await find(source)).toEqual({
      path: machine.cached(),
      origin: 'downloaded',
      version: '1.8.2',
      server: '1.31.2',
    });
    const { stdout } = await promisify(execFile)(machine.cached(), ['--version']);
    expect(stdout).toBe(`${versionLine()}\n`);
    expect(await machine.rests()).toEqual([]);
    expect(machine.lines[0]).toBe(`Downloading the Temporal CLI 1.8.2 from ${host}`);
    const quarters = machine.lines.slice(1, -1);
    expect(quarters.length).toBeGreaterThanOrEqual(2);
    expect(quarters.length).toBeLessThanOrEqual(4);
    expect(quarters.at(-1)).toBe('Temporal CLI [####################] 100 % of 1 MB');
  });

  test('shows a bar on a terminal, within its width, and clears it', async () => {
    const { source } = await serve();
    const written: string[] = [];
    await find(source, {
      write: (text: string) => written.push(text),
      isTTY: true,
      columns: 30,
    } as never);
    expect(written.some((text) => text.includes('Temporal CLI [#'))).toBe(true);
    for (const text of written) expect(text.replace('\r\u001B[K', '').length).toBeLessThan(30);
    expect(written.at(-1)).toBe('\r\u001B[K');
    expect(machine.said()).not.toContain('[#');
  });

  test.each<{ how: string; complaint: RegExp; answer: Answer; wait?: Source }>([
    {
      how: 'is cut in the middle',
      complaint: /not downloaded: other side closed/,
      answer: (request, response) => {
        half(request, response);
        setImmediate(() => response.destroy());
      },
    },
    {
      how: 'is not what its checksum says',
      complaint: /not downloaded: temporal_cli_1\.8\.2_.* is not the official one/,
      answer: (_, response) => response.end(archive.subarray(1)),
    },
    {
      how: 'stalls halfway',
      complaint: /not downloaded: no byte came for 0\.3 s/,
      answer: half,
      wait: STALLED,
    },
    {
      how: 'starts and sends nothing',
      complaint: /not downloaded: no byte came for 0\.3 s/,
      answer: (_, response) => response.flushHeaders(),
      wait: STALLED,
    },
    {
      how: 'is missing',
      complaint: /not downloaded: 127\.0\.0\.1:\d+ answered 404/,
      answer: (_, response) => response.writeHead(404).end(),
    },
    {
      how: 'never answers',
      complaint: /not downloaded: 127\.0\.0\.1:\d+ did not answer within 0\.3 s/,
      answer: () => undefined,
      wait: SILENT,
    },
    {
      how: 'is a sign-in page',
      complaint: /not downloaded: .* is not the official one, by its sha256 \(a sign-in page/,
      answer: (_, response) => response.end('<html>'),
    },
    {
      how: 'redirects endlessly',
      complaint: /not downloaded: .* redirects more than 5 times/,
      answer: (_, response) => response.writeHead(302, { location: '/again' }).end(),
    },
    {
      how: 'redirects to plain http elsewhere',
      complaint: /not downloaded: .* redirects to http:\/\/release\.invalid, which is not https/,
      answer: (_, response) => response.writeHead(302, { location: 'http://release.invalid/x' }).end(),
    },
  ])('that $how leaves nothing behind', async ({ complaint, answer, wait }) => {
    const { source } = await serve(answer);
    await expect(find({ ...source, ...wait })).rejects.toThrow(complaint);
    expect(await machine.rests()).toEqual([]);
    await expect(stat(machine.cached())).rejects.toThrow('ENOENT');
  });

  test.each([
    ['does not run', 'exit 1', 'does not run as a Temporal CLI'],
    ['is too old', fakeCli(versionLine('1.30.0')), 'has Server 1.30.0'],
  ])('of a binary that %s is not kept', async (_, script, complaint) => {
    const { source } = await serve(undefined, await pack({ temporal: script }));
    await expect(find(source)).rejects.toThrow(complaint);
    await expect(stat(machine.cached())).rejects.toThrow('ENOENT');
  });

  test('of an archive without the binary is not kept', async () => {
    const { source } = await serve(undefined, await pack({ tempo: fakeCli() }));
    await expect(find(source)).rejects.toThrow(/not downloaded: .*tar/);
    expect(await machine.rests()).toEqual([]);
  });

  test('follows redirects, as GitHub sends them', async () => {
    const target = await serve();
    const { source } = await serve((request, response) => {
      response.writeHead(302, { location: `http://${target.host}${request.url}` }).end();
    });
    expect(await find(source)).toMatchObject({ origin: 'downloaded' });
    expect(target.requests.length).toBe(1);
  });

  test('of a forged archive is not kept, even with a matching checksum next to it', async () => {
    const { source } = await serve((request, response) => {
      response.end(request.url?.endsWith('checksums.txt') ? checksumsOf(archive) : archive);
    });
    await expect(find({ releaseUrl: source.releaseUrl })).rejects.toThrow(/is not the official one/);
    await expect(stat(machine.cached())).rejects.toThrow('ENOENT');
  });

  test('that started with https stays with https, even on this machine', async () => {
    const plain = await serve();
    const releaseUrl = await serveHttps((request, response) => {
      response.writeHead(302, { location: `http://${plain.host}${request.url}` }).end();
    });
    await (await spawnResolver(machine, { ...plain.source, releaseUrl })).ended;
    expect(machine.said()).toContain(`redirects to http://${plain.host}, which is not https`);
    expect(plain.requests).toEqual([]);
  });

  test('gives up on a handshake that never ends, directly and through a proxy', async () => {
    const silent = createServer();
    await once(silent.listen(0, '127.0.0.1'), 'listening');
    const { port } = silent.address() as AddressInfo;
    cleanUp.push(closing(silent));
    const complaint = /did not answer within 0\.3 s/;
    await expect(find({ releaseUrl: `https://127.0.0.1:${port}`, ...SILENT })).rejects.toThrow(complaint);
    machine.env.https_proxy = `http://127.0.0.1:${port}`;
    await expect(find({ releaseUrl: 'https://release.invalid', ...SILENT })).rejects.toThrow(complaint);
  });

  test('goes through the proxy that the environment names', async () => {
    const release = await serve();
    const asked: (string | undefined)[] = [];
    const proxy = createServer((socket) => {
      socket.once('data', (head) => {
        asked.push(head.toString().split('\r\n')[0]);
        const [host, port] = release.host.split(':');
        const out = connect(Number(port), host, () => socket.write('HTTP/1.1 200 OK\r\n\r\n'));
        socket.pipe(out).pipe(socket);
      });
    });
    await once(proxy.listen(0, '127.0.0.1'), 'listening');
    cleanUp.push(closing(proxy));
    machine.env.HTTP_PROXY = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    expect(await find(release.source)).toMatchObject({ origin: 'downloaded' });
    expect(asked[0]).toBe(`CONNECT ${release.host} HTTP/1.1`);
  });
});

/** What a release states about its archives; anyone who can forge one can forge this too. */
function checksumsOf(content: Buffer): string {
  const systems = ['linux', 'darwin'].flatMap((system) => [`${system}_amd64`, `${system}_arm64`]);
  return systems.map((name) => `${sha256Of(content)}  temporal_cli_1.8.2_${name}.tar.gz\n`).join('');
}

/** A server with a certificate that the processes of this machine trust. Returns its address. */
async function serveHttps(answer: Answer): Promise<string> {
  const [key, cert] = [join(machine.folder, 'key.pem'), join(machine.folder, 'cert.pem')];
  const words = ['req', '-x509', '-nodes', '-newkey', 'rsa:2048', '-subj', '/CN=release', '-days', '1'];
  await promisify(execFile)('openssl', [
    ...words,
    ...['-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', cert],
  ]);
  machine.env.NODE_EXTRA_CA_CERTS = cert;
  const server = createHttpsServer({ key: await readFile(key), cert: await readFile(cert) }, answer);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  cleanUp.push(closing(server));
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function closing(server: Server): () => unknown {
  const sockets = new Set<{ destroy(): unknown }>();
  server.on('connection', (socket) => sockets.add(socket));
  return () => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  };
}

describe.skipIf(process.platform === 'win32')('two at once', () => {
  test('download once: the second waits, says so, and takes it from the cache', async () => {
    let go: (() => void) | undefined;
    const { source, requests } = await serve((_, response) => {
      go = () => response.end(archive);
    });
    const first = find(source);
    await until(() => go).toBeDefined();
    const second = await spawnResolver(machine, source);
    await until(machine.said).toContain(
      `Process ${process.pid} is already fetching the Temporal CLI; waiting for it.`,
    );
    go?.();
    expect(await first).toMatchObject({ origin: 'downloaded' });
    expect(await second.ended).toMatchObject({ exitCode: 0 });
    expect(machine.said()).toContain('from the cache: ');
    expect(requests.length).toBe(1);
    expect(await machine.rests()).toEqual([]);
  });

  test('the second takes over when the first is killed', async () => {
    const { source, requests } = await serve(half);
    const good = await serve();
    const first = await spawnResolver(machine, source);
    await until(() => requests.length).toBe(1);
    const second = find(good.source);
    await until(machine.said).toContain(`Process ${first.pid} is already fetching`);
    first.kill('SIGKILL');
    expect(await second).toMatchObject({ origin: 'downloaded', path: machine.cached() });
  });
});

describe.skipIf(process.platform === 'win32')('killed in the middle', () => {
  test('by SIGKILL: what is left is never taken for complete, and the next run removes it', async () => {
    const { source } = await serve(half);
    const child = await spawnResolver(machine, source);
    await until(() => sizeOfScratch(child.pid)).toBeGreaterThan(0);
    child.kill('SIGKILL');
    expect(await child.ended).toMatchObject({ signal: 'SIGKILL' });
    expect(await machine.rests()).toContain(`temporal-1.8.2.work-${child.pid}`);
    await expect(stat(machine.cached())).rejects.toThrow('ENOENT');

    const good = await serve();
    expect(await find(good.source)).toMatchObject({ origin: 'downloaded' });
    expect(await readFile(machine.cached(), 'utf8')).toContain(versionLine());
    expect(await machine.rests()).toEqual([]);
  });

  test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    'by %s: nothing is left, and the signal has its usual effect',
    async (signal) => {
      const { source } = await serve(half);
      const child = await spawnResolver(machine, source);
      await until(() => sizeOfScratch(child.pid)).toBeGreaterThan(0);
      child.kill(signal);
      expect(await child.ended).toMatchObject({ signal });
      expect(await machine.rests()).toEqual([]);
    },
  );

  async function sizeOfScratch(pid: number): Promise<number> {
    const folder = join(machine.cache(), `temporal-1.8.2.work-${pid}`);
    const [file = ''] = await readdir(folder).catch(() => []);
    return stat(join(folder, file)).then(
      ({ size }) => (file ? size : 0),
      () => 0,
    );
  }
});
