// What many open pages cost: reads that reach the Temporal Service, and memory of the app.
import { execFileSync } from 'node:child_process';
import { type AddressInfo, createConnection, createServer, type Server } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { freePorts, run } from '../../support/harness.ts';
import type { Kit } from '../../support/kit.ts';
import { type Greeting, greet, openPage, withClient } from '../greetings.ts';
import { withKit } from '../kits.ts';
import type { Row } from '../names.ts';

const WINDOWS = 5;
const WINDOW_MS = 2000;
const SETTLES_MS = 1500;
const LONG_SECONDS = 600;
const HEADERS = 1; // the frame that begins a request, RFC 9113

export const row: Row = {
  name: 'viewers',
  measure: (print) =>
    withKit((kit) =>
      withClient(kit, async (client) => {
        const door = await countRequests(kit.ports.server);
        const app = await startApp(kit, door.port);
        const start = async (count: number) =>
          Promise.all(Array.from({ length: count }, () => greet(app, client, LONG_SECONDS)));
        const look = async (greetings: Greeting[], pagesOfEach: number) => {
          const pages = greetings.flatMap(({ page }) =>
            Array.from({ length: pagesOfEach }, () => openPage(page)),
          );
          await Promise.all(pages.map((page) => page.showed('Sleeping')));
          await delay(SETTLES_MS);
          const memory = app.memoryKb();
          const reads = await readsPerSecond(door);
          for (const page of pages) page.close();
          print(
            `${greetings.length} greetings, ${pages.length} pages: ${reads.at(-1)} reads/s, ${memory / 1024} MB`,
          );
          return { reads, memory };
        };
        const one = await start(1);
        const single = await look(one, 1);
        const twenty = await look(one, 20);
        const many = await look(one, 200);
        const fifty = await look(await start(50), 4);
        await app.leave();
        door.close();
        const most = { times: 1.2, plus: 1 };
        const perPage = Math.max(0, (many.memory - single.memory) / 199);
        const of = 'median';
        const unit = 'reads/s';
        return [
          { what: '20 pages on one greeting', unit, runs: twenty.reads, of, floor: single.reads, most },
          { what: '200 pages on one greeting', unit, runs: many.reads, of, floor: single.reads, most },
          {
            what: '50 greetings with 4 pages each, for each greeting',
            unit,
            runs: fifty.reads.map((reads) => reads / 50),
            of,
            floor: single.reads,
            most,
          },
          { what: 'Memory of the app for each page', unit: 'KB', runs: [perPage], of, most: { plus: 256 } },
        ];
      }),
    ),
};

/** A proxy in front of the Temporal Service that counts the requests going through. */
async function countRequests(server: number): Promise<{ port: number; count(): number; close(): void }> {
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

async function readsPerSecond({ count }: { count(): number }): Promise<number[]> {
  const reads: number[] = [];
  for (let window = 0; window < WINDOWS; window += 1) {
    const before = count();
    await delay(WINDOW_MS);
    reads.push((count() - before) / (WINDOW_MS / 1000));
  }
  return reads;
}

/** A separate app, which goes through the proxy. */
async function startApp(kit: Kit, door: number) {
  const { APP_PORT } = await freePorts();
  const env = { SERVER_PORT: String(door), APP_PORT: String(APP_PORT) };
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
