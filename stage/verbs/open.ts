// npm run stage open room [address]
import { isIPv4 } from 'node:net';
import { userError } from '../../hello-ip/support/user-error.ts';
import { joinUrl } from '../../hello-ip/web/room/addresses.ts';
import { askStage } from '../control/client.ts';
import { roomHere } from '../room/here.ts';
import { findDoor, linesOfDoor, openedNow, untilOpen } from '../room/open.ts';
import type { Verb } from './verb.ts';

export const verb: Verb = {
  usage: 'open room [address]',
  about: 'lets phones join: shows where, as text and as a QR code; a new wall',
  async run([word, address, ...rest], print) {
    if (word !== 'room' || rest.length > 0)
      throw userError('Only the room can be opened. Run: npm run stage open room');
    if (address !== undefined && !isIPv4(address))
      throw userError(`"${address}" is not an IPv4 address. Leave it out: npm run stage open room`);
    const { profile, ports } = await askStage({ do: 'status' });
    if (profile)
      throw userError(
        `The stage uses your profile "${profile}", where nobody else may start Workflows. Restart it without: npm start`,
      );
    const door = await findDoor(address);
    const room = roomHere();
    // Opened again, for instance after another Wi-Fi, it keeps the wall.
    room.change(room.read().open ? { address } : openedNow(address));
    await untilOpen(joinUrl(door[0].address, ports.app));
    for (const line of linesOfDoor(door, ports.app)) print(line);
  },
};
