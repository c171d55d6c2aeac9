// The room: what a wall costs however full it is, how soon it shows what happens, and whether two hundred phones survive a kill.
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { startGreeting } from '../../../hello-ip/client.ts';
import { inventedId } from '../../../hello-ip/web/room/ids.ts';
import { countGuests, lookOnce } from '../../../hello-ip/web/room/roster.ts';
import { CLOSED, roomFile } from '../../../hello-ip/web/room/state.ts';
import { roomPath } from '../../../stage/processes/room-path.ts';
import type { Kit } from '../../support/kit.ts';
import type { Figure } from '../figures.ts';
import { openPage, until, withClient } from '../greetings.ts';
import { withKit } from '../kits.ts';
import type { Row } from '../names.ts';
import { countRequests, readsPerSecond, startApp } from '../reads.ts';

const TILES = 500;
const AT_ONCE = 10;
const VIEWERS = 50;
const UPDATES = 20;
const PHONES = 200;
const ROUNDS = 3;
const SETTLES_MS = 1500;
const LONG_SECONDS = 900;
const SLEEP_SECONDS = 5;

export const row: Row = {
  name: 'room',
  measure: (print) =>
    withKit((kit) =>
      withClient(kit, async (client) => {
        roomFile(roomPath(kit.folder)).change({
          ...CLOSED,
          open: true,
          since: Date.now(),
          seconds: SLEEP_SECONDS,
        });
        return [...(await measurePhones(kit, client, print)), ...(await measureWall(kit, client, print))];
      }),
    ),
};

async function measureWall(kit: Kit, client: Client, print: (line: string) => void): Promise<Figure[]> {
  const file = roomPath(kit.folder);
  roomFile(file).change({ since: Date.now() });
  const door = await countRequests(kit.ports.server);
  const app = await startApp(kit, door.port, { ROOM_FILE: file });
  const wall = `${app.url}/wall`;
  const look = async (viewers: number) => {
    const pages = Array.from({ length: viewers }, () => openPage(wall));
    await Promise.all(pages.map((page) => page.showed('in flight')));
    await delay(SETTLES_MS);
    const [memory, reads] = [app.memoryKb(), await readsPerSecond(door)];
    print(`${viewers} viewers: ${reads.at(-1)} reads/s, ${Math.round(memory / 1024)} MB`);
    return { pages, memory, reads };
  };
  await greetMany(client, 1, LONG_SECONDS);
  const small = await look(1);
  await greetMany(client, TILES - 1 - UPDATES, LONG_SECONDS);
  const updates: number[] = [];
  for (let update = 0; update < UPDATES; update += 1) {
    const begun = Date.now();
    const [page] = small.pages;
    await greetMany(client, 1, LONG_SECONDS, `Update ${update} x`);
    updates.push(((await page?.showed(`Update ${update} x`)) ?? 0) - begun);
  }
  const full = await look(1);
  const many = await look(VIEWERS);
  for (const page of [small, full, many].flatMap(({ pages }) => pages)) page.close();
  await app.leave();
  door.close();
  const most = { times: 1.2, plus: 1 };
  const perViewer = Math.max(0, (many.memory - full.memory) / VIEWERS);
  return [
    {
      what: `Wall with ${TILES} tiles`,
      unit: 'reads/s',
      runs: full.reads,
      of: 'median',
      floor: small.reads,
      most,
    },
    {
      what: `The same, ${VIEWERS} viewers`,
      unit: 'reads/s',
      runs: many.reads,
      of: 'median',
      floor: small.reads,
      most,
    },
    {
      what: `Wall with ${TILES} tiles: from started to shown`,
      unit: 'ms',
      runs: updates,
      of: 'p95',
      most: { plus: 1000 },
    },
    {
      what: 'Memory of the app for each viewer of the wall',
      unit: 'KB',
      runs: [perViewer],
      of: 'median',
      most: { plus: 1024 },
    },
  ];
}

async function measurePhones(kit: Kit, client: Client, print: (line: string) => void): Promise<Figure[]> {
  const [answered, lost]: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    const since = roomFile(roomPath(kit.folder)).change({ since: Date.now() }).since;
    const before = await Promise.all(
      Array.from({ length: PHONES - 20 }, (_, phone) => join(kit.url, `Guest ${phone}`)),
    );
    await kit.kill('worker');
    const late = await Promise.all(Array.from({ length: 20 }, (_, phone) => join(kit.url, `Late ${phone}`)));
    await delay(SLEEP_SECONDS * 1000);
    await kit.start('worker');
    const sight = await until(async () => {
      const seen = await lookOnce(client, since);
      return countGuests(seen.guests).inFlight === 0 ? seen : undefined;
    }, 'all phones greeted');
    const { greeted } = countGuests(sight.guests);
    answered.push(...before, ...late);
    lost.push(PHONES - greeted);
    print(`${PHONES} phones, Worker killed: ${greeted} greeted`);
  }
  return [
    {
      what: `${PHONES} phones join, the Worker is killed meanwhile: not greeted`,
      unit: 'lost',
      runs: lost,
      of: 'max',
      most: { plus: 0 },
    },
    {
      what: `${PHONES - 20} phones join at once: from Get Greeting to their own page`,
      unit: 'ms',
      runs: answered,
      of: 'p95',
      most: { plus: 5000 },
    },
  ];
}

/** As a phone does. Returns how long the answer took. */
async function join(app: string, name: string): Promise<number> {
  const form = await fetch(`${app}/join`);
  const [cookie = ''] = form.headers.get('set-cookie')?.split(';') ?? [];
  const [, token = ''] = /name="token" value="([0-9a-f]+)"/.exec(await form.text()) ?? [];
  const begun = performance.now();
  const body = new URLSearchParams({ name, token });
  const { status } = await fetch(`${app}/join`, {
    method: 'POST',
    redirect: 'manual',
    headers: { cookie },
    body,
  });
  if (status !== 303) throw new Error(`The app answered ${status} to a phone.`);
  return performance.now() - begun;
}

async function greetMany(client: Client, count: number, seconds: number, name = 'Ada'): Promise<void> {
  for (let begun = 0; begun < count; begun += AT_ONCE)
    await Promise.all(
      Array.from({ length: Math.min(AT_ONCE, count - begun) }, () => {
        const greeting = { name, seconds };
        return startGreeting(client, inventedId(greeting, crypto.randomUUID()), greeting);
      }),
    );
}
