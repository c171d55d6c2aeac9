// Whether phones in the room will reach this machine, as far as that can be seen from here.
import { createServer } from 'node:http';
import { doorAddresses, joinUrl, type OwnAddress } from '../../hello-ip/web/room/addresses.ts';
import { roomHere } from '../room/here.ts';
import { readPorts } from '../settings.ts';
import type { Check, Finding } from './examine.ts';

const LOOK_MS = 1500;

export const roomChecks: Check[] = [
  {
    name: 'room-address',
    look: async ({ env }) => judgeAddresses(await doorAddresses(), readPorts(env).app),
  },
  { name: 'room-door', look: async ({ env }) => judgeDoor(await lookAtDoor(readPorts(env).app)) },
  {
    name: 'room-network',
    look: async () => ({
      state: 'warning',
      fact: 'Whether this network keeps phones apart from this machine cannot be seen from here.',
      mend: 'Open the address on your phone; if it does not load, use its hotspot, or: npm run stage room simulate 60',
    }),
  },
];

/** The verdict on the addresses: which one the wall will show. */
export function judgeAddresses(addresses: OwnAddress[], port: number): Finding {
  const [first, ...others] = addresses;
  if (!first)
    return {
      state: 'problem',
      fact: 'This machine has no address that a phone could reach.',
      mend: 'Join a Wi-Fi or open a hotspot.',
    };
  const also = others.map(({ address, card }) => `${address} (${card})`).join(', ');
  const fact = `Phones will join at ${joinUrl(first.address, port)} (${first.card})`;
  if (!also) return { state: 'ok', fact: `${fact}.` };
  return {
    state: 'ok',
    fact: `${fact}; there are also ${also}.`,
    mend: `Another one: npm run stage open room ${others[0]?.address}`,
  };
}

/** What is at the door: the room, nobody, or somebody else. */
export interface DoorFacts {
  open: boolean;
  address?: string;
  port: number;
  answers: boolean;
  /** The code of what went wrong while listening there for a moment. */
  trouble?: string;
}

async function lookAtDoor(port: number): Promise<DoorFacts> {
  const { open, address: chosen } = roomHere().read();
  const [first] = await doorAddresses(chosen);
  const address = first?.address;
  if (!address) return { open, port, answers: false };
  const signal = AbortSignal.timeout(LOOK_MS);
  const answer = await fetch(joinUrl(address, port), { signal, redirect: 'manual' }).catch(() => undefined);
  await answer?.body?.cancel();
  const answers = answer?.status === 200;
  return { open, address, port, answers, trouble: answers ? undefined : await tryToListen(address, port) };
}

/** Listens there for a moment, as the room would. */
function tryToListen(address: string, port: number): Promise<string | undefined> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', ({ code }: NodeJS.ErrnoException) => resolve(code));
    server.listen(port, address, () => server.close(() => resolve(undefined)));
  });
}

/** The verdict on the door. */
export function judgeDoor({ open, address, port, answers, trouble }: DoorFacts): Finding | undefined {
  if (!address) return undefined; // the addresses' own check says so
  if (answers) return { state: 'ok', fact: `The room is open: ${joinUrl(address, port)} answers.` };
  if (trouble)
    return {
      state: 'problem',
      fact: `The room cannot listen on ${address}:${port} (${trouble}).`,
      mend: 'Free that port, unset APP_HOST, or set APP_PORT.',
    };
  if (open)
    return {
      state: 'problem',
      fact: `The room should be open, and ${joinUrl(address, port)} does not answer.`,
      mend: 'Run: npm run stage restart app',
    };
  return { state: 'ok', fact: 'The room is closed.', mend: 'npm run stage open room opens it.' };
}
