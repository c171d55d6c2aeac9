// npm run stage close room
import { userError } from '../../hello-ip/support/user-error.ts';
import { roomHere } from '../room/here.ts';
import type { Verb } from './verb.ts';

export const verb: Verb = {
  usage: 'close room',
  about: 'phones cannot join or look any more; the wall stays',
  async run(words, print) {
    if (words.join(' ') !== 'room')
      throw userError('Only the room can be closed. Run: npm run stage close room');
    roomHere().change({ open: false, address: undefined });
    print('room closed: the app listens on this machine only');
  },
};
