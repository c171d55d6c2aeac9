// What many open pages cost: reads that reach the Temporal Service, and memory of the app.
import { setTimeout as delay } from 'node:timers/promises';
import { type Greeting, greet, openPage, withClient } from '../greetings.ts';
import { withKit } from '../kits.ts';
import type { Row } from '../names.ts';
import { countRequests, readsPerSecond, startApp } from '../reads.ts';

const SETTLES_MS = 1500;
const LONG_SECONDS = 600;

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
