// Opens the room's door and says where it is.
import { setTimeout as delay } from 'node:timers/promises';
import { renderUnicodeCompact } from 'uqr';
import { userError } from '../../hello-ip/support/user-error.ts';
import { doorAddresses, joinUrl, type OwnAddress } from '../../hello-ip/web/room/addresses.ts';
import { newWall, type RoomState } from '../../hello-ip/web/room/state.ts';

/** The app looks once a second. */
const OPEN_WITHIN_MS = 8000;
const LOOK_MS = 1000;

/**
 * The addresses of the door, the one to show first.
 * @throws a user error if there is none, or the chosen one is not this machine's
 */
export async function findDoor(chosen?: string): Promise<[OwnAddress, ...OwnAddress[]]> {
  const all = await doorAddresses();
  const list = all.map(({ address, card }) => `${address} (${card})`).join(', ');
  const [first, ...others] = all.filter(({ address }) => !chosen || address === chosen);
  if (first) return [first, ...others];
  throw userError(
    chosen && list
      ? `${chosen} is not an address of this machine, which has ${list}. Run: npm run stage open room ${all[0]?.address}`
      : 'This machine has no address that a phone could reach. Join a Wi-Fi or open a hotspot, and run: npm run stage open room',
  );
}

/** What the room's file says once it is open: a new wall, with nobody on it. */
export function openedNow(address?: string): Partial<RoomState> {
  return { ...newWall(), open: true, address };
}

/** Address, QR code and wall, a line each. */
export function linesOfDoor([first, ...others]: OwnAddress[], port: number): string[] {
  if (!first) return [];
  const url = joinUrl(first.address, port);
  return [
    ...renderUnicodeCompact(url, { border: 2 }).split('\n'),
    `room open: ${url} (${first.card})`,
    ...others.map(
      ({ address, card }) =>
        `also at ${joinUrl(address, port)} (${card}); show it: npm run stage open room ${address}`,
    ),
    `wall: http://127.0.0.1:${port}/wall`,
  ];
}

/** @throws a user error if nobody opens there */
export async function untilOpen(url: string): Promise<void> {
  const until = performance.now() + OPEN_WITHIN_MS;
  for (;;) {
    const answer = await fetch(url, { signal: AbortSignal.timeout(LOOK_MS), redirect: 'manual' }).catch(
      () => undefined,
    );
    await answer?.body?.cancel();
    if (answer?.status === 200) return;
    if (performance.now() > until)
      throw userError(
        `The room does not answer at ${url}. See what the app says in the terminal of npm start, or run: npm run stage restart app`,
      );
    await delay(100);
  }
}
