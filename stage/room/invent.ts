// Greetings that nobody has asked for, at the pace of people: for a rehearsal, or a network that keeps phones from this machine.
import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { startGreeting } from '../../hello-ip/client.ts';
import { inventedId } from '../../hello-ip/web/room/ids.ts';
import { countGuests, lookOnce } from '../../hello-ip/web/room/roster.ts';
import type { RoomFile } from '../../hello-ip/web/room/state.ts';

/** Sixty people take about fifteen seconds. */
const BETWEEN_MS = 250;
const NAMES =
  `Ada Grace Linus Margaret Noor José Zoë Mateusz Aiko Priya Søren Fatima Lukas Chloé Emeka Ingrid Tomás Yuki
Amara Björn Leila Oskar Mei Rafael Nina Kwame Sofia Anton Hana Dmitri Elif Jonas Maya Pavel Rosa Samir Tove Ulrich Vera
Wanjiru Xavier Yara Zsófia Ahmed Bianca Carlos Dilara Erik Freya Goran Helena Idris Jana Kofi Lena Milan Nadia Omar Petra
Qadir`.split(/\s+/);

/** What the presenter wants: so many more, or only as many as are missing to that number in flight. */
export interface Wanted {
  guests: number;
  only: 'always' | 'if missing';
}

/** Starts them one after the other; returns how many. */
export async function invent(client: Client, room: RoomFile, { guests, only }: Wanted): Promise<number> {
  let invented = 0;
  for (let at = 0; at < guests; at += 1) {
    if (only === 'if missing' && (await inFlight(client, room)) >= guests) break;
    const greeting = { name: nameOf(at), seconds: room.read().seconds };
    const begun = performance.now();
    await startGreeting(client, inventedId(greeting, randomBytes(16).toString('hex')), greeting);
    invented += 1;
    await delay(Math.max(0, BETWEEN_MS - (performance.now() - begun)));
  }
  return invented;
}

async function inFlight(client: Client, room: RoomFile): Promise<number> {
  return countGuests((await lookOnce(client, room.read().since)).guests).inFlight;
}

/** "Ada", and after sixty names "Ada 2". */
function nameOf(at: number): string {
  const round = Math.floor(at / NAMES.length);
  return `${NAMES[at % NAMES.length]}${round === 0 ? '' : ` ${round + 1}`}`;
}
