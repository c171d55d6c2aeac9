// Counts what an app asks the Temporal Service: an app of its own, behind a proxy that counts.
import { execFileSync } from 'node:child_process';
import { type AddressInfo, createConnection, createServer, type Server } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { freePorts, run } from '../support/harness.ts';
import type { Kit } from '../support/kit.ts';

const WINDOWS = 5;
const WINDOW_MS = 2000;
const HEADERS = 1; // the frame that begins a request, RFC 9113

/** A proxy in front of the Temporal Service that counts the requests going through. */
export async function countRequests(
  server: number,
): Promise<{ port: number; count(): number; close(): void }> {
  let requests = 0;
  const door: Server = createServer((client) => {
    const upstream = createConnection(server, '127.0.0.1');
    let rest = Buffer.alloc(0);
    let begun = false;
    client.on('data', (chunk) => {
      upstream.write(chunk);
      rest = Buffer.concat([rest, chunk]);
      if (!begun && rest.length >= 24) {
        rest = rest.subarray(24); // the preface
        begun = true;
      }
      while (begun && rest.length >= 9 && rest.length >= 9 + rest.readUIntBE(0, 3)) {
        if (rest[3] === HEADERS) requests += 1;
        rest = rest.subarray(9 + rest.readUIntBE(0, 3));
      }
    });
    upstream.pipe(client);
    for (const [one, other] of [[client, upstream] as const, [upstream, client] as const])
      one.on('error', () => other.destroy()).on('close', () => other.destroy());
  });
  await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve));
  return { port: (door.address() as AddressInfo).port, count: () => requests, close: () => door.close() };
}

/** In five windows, one after the other. */
export async function readsPerSecond({ count }: { count(): number }): Promise<number[]> {
  const reads: number[] = [];
  for (let window = 0; window < WINDOWS; window += 1) {
    const before = count();
    await delay(WINDOW_MS);
    reads.push((count() - before) / (WINDOW_MS / 1000));
  }
  return reads;
}

/** A separate app, which goes through the proxy. */
export async function startApp(kit: Kit, door: number, more: NodeJS.ProcessEnv = {}) {
  const { APP_PORT } = await freePorts();
  const env = { SERVER_PORT: String(door), APP_PORT: String(APP_PORT), ...more };
  const program = await run('hello-ip/web/server.ts', [], { env });
  await program.untilSaid('App ready');
  return {
    url: `http://127.0.0.1:${APP_PORT}`,
    ports: kit.ports,
    memoryKb: () =>
      Number(execFileSync('ps', ['-o', 'rss=', '-p', String(program.pid)], { encoding: 'utf8' })),
    leave: () => program.leave(),
  };
}
