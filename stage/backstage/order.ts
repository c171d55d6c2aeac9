// The grammar of npm run backstage: words, not flags, because npm keeps flags for itself.
import { userError } from '../../hello-ip/support/user-error.ts';
import { DEFAULT_SLOT, SLOTS, type Slot } from '../notes/slots.ts';
import type { Place } from './doorkeeper.ts';

/** What npm run backstage was asked for. */
export interface BackstageOrder {
  place: Place;
  slot: Slot;
  /** With a certificate of our own, on the phone only. */
  https: boolean;
}

/** @throws a user error for an unknown word */
export function readBackstageOrder(words: string[]): BackstageOrder {
  const order: BackstageOrder = { place: 'screen', slot: DEFAULT_SLOT, https: false };
  for (const word of words) {
    const slot = SLOTS.find((each) => each === word);
    if (slot) order.slot = slot;
    else if (word === 'phone') order.place = 'phone';
    else if (word === 'https') order.https = true;
    else
      throw userError(
        `Backstage does not know "${word}". Give it phone, phone https, or a slot of ${SLOTS.join(', ')} minutes: npm run backstage phone 30`,
      );
  }
  if (order.https && order.place === 'screen')
    throw userError('On your own screen nobody can listen in. For a phone: npm run backstage phone https');
  return order;
}
