// npm run stage room [sleep <seconds>|simulate <n>|fill <n>|hide <name>|hide names|show names|mask on|mask off|clear]
import { userError } from '../../hello-ip/support/user-error.ts';
import { MOST_IN_FLIGHT } from '../../hello-ip/web/room/limits.ts';
import { countGuests, lookOnce, type Sight } from '../../hello-ip/web/room/roster.ts';
import { newWall, type RoomFile } from '../../hello-ip/web/room/state.ts';
import { askStage } from '../control/client.ts';
import { withClient } from '../control/service-client.ts';
import { nearest } from '../nearest.ts';
import { roomHere } from '../room/here.ts';
import { invent } from '../room/invent.ts';
import { findDoor, linesOfDoor } from '../room/open.ts';
import type { Verb } from './verb.ts';

const MOST_SECONDS = 3600;

type Print = (line: string) => void;
type Order = (words: string[], print: Print, room: RoomFile) => Promise<void>;

const ORDERS: Record<string, Order> = { sleep, simulate, fill, hide, show, mask, clear };

export const verb: Verb = {
  usage: 'room [sleep|simulate|fill <n>]',
  about: 'who is here; also: hide <name>|names, show names, mask on|off, clear',
  async run([word, ...words], print) {
    const room = roomHere();
    if (word === undefined) return status(print, room);
    const order = ORDERS[word];
    if (!order)
      throw userError(
        `The room does not know "${word}". Did you mean: npm run stage room ${nearest(word, Object.keys(ORDERS))}`,
      );
    await order(words, print, room);
    return undefined;
  },
};

async function status(print: Print, room: RoomFile): Promise<undefined> {
  const { ports } = await askStage({ do: 'status' });
  const { open, address, seconds } = room.read();
  if (open) for (const line of linesOfDoor(await findDoor(address), ports.app)) print(line);
  else print('room closed: npm run stage open room opens it');
  const { greeted, inFlight, lost } = countGuests((await sightOf(room)).guests);
  print(`${greeted} greeted, ${inFlight} in flight, ${lost} lost; each sleeps ${seconds} s`);
}

async function sleep(words: string[], print: Print, room: RoomFile): Promise<void> {
  const seconds = numberIn('sleep', words, 0, MOST_SECONDS);
  room.change({ seconds });
  print(`from now on, each greeting of the room sleeps ${seconds} s`);
}

async function simulate(words: string[], print: Print, room: RoomFile): Promise<void> {
  const guests = numberIn('simulate', words, 1, MOST_IN_FLIGHT);
  const invented = await withClient((client) => invent(client, room, { guests, only: 'always' }));
  print(`${invented} simulated greetings started, marked so on the wall`);
}

async function fill(words: string[], print: Print, room: RoomFile): Promise<void> {
  const guests = numberIn('fill', words, 1, MOST_IN_FLIGHT);
  const invented = await withClient((client) => invent(client, room, { guests, only: 'if missing' }));
  print(
    invented === 0
      ? `${guests} greetings or more are in flight: nobody had to be simulated`
      : `${invented} simulated greetings started, to have ${guests} in flight`,
  );
}

async function hide(words: string[], print: Print, room: RoomFile): Promise<void> {
  const name = words.join(' ');
  if (name === '') throw userError('Whose name? For example: npm run stage room hide Ziggy');
  if (name === 'names') {
    room.change({ namesHidden: true });
    return print('all names are hidden; npm run stage room show names shows them');
  }
  const { guests } = await sightOf(room);
  if (guests.length === 0) throw userError('Nobody is on the wall. See who is here: npm run stage room');
  const ids = guests.filter((guest) => guest.name.toLowerCase() === name.toLowerCase()).map(({ id }) => id);
  if (ids.length === 0) {
    const close = nearest(
      name,
      guests.map((guest) => guest.name),
    );
    throw userError(`There is no "${name}" on the wall. Did you mean: npm run stage room hide ${close}`);
  }
  room.change({ hidden: [...room.read().hidden, ...ids] });
  print(`hidden on the wall: ${name}; the greeting goes on`);
}

async function show(words: string[], print: Print, room: RoomFile): Promise<void> {
  if (words.join(' ') !== 'names')
    throw userError('Only all names can be shown. Run: npm run stage room show names');
  room.change({ namesHidden: false, hidden: [] });
  print('all names are shown');
}

async function mask(words: string[], print: Print, room: RoomFile): Promise<void> {
  const [how] = words;
  if (words.length !== 1 || (how !== 'on' && how !== 'off'))
    throw userError('Bad words are masked, or not. Run: npm run stage room mask on, or: mask off');
  room.change({ masked: how === 'on' });
  print(
    how === 'on' ? 'words that nobody wants on a projector are masked' : 'names are shown as they were typed',
  );
}

async function clear(_words: string[], print: Print, room: RoomFile): Promise<void> {
  room.change(newWall());
  print('the wall is empty; what is in flight goes on');
}

function sightOf(room: RoomFile): Promise<Sight> {
  return withClient((client) => lookOnce(client, room.read().since));
}

function numberIn(order: string, words: string[], least: number, most: number): number {
  const [word = ''] = words;
  const number = Number(word);
  if (words.length === 1 && /^\d{1,5}$/.test(word) && number >= least && number <= most) return number;
  throw userError(
    `"${words.join(' ')}" is not a whole number from ${least} to ${most}. For example: npm run stage room ${order} 30`,
  );
}
