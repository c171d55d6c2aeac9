// The grammar of npm run backstage: words, not flags, because npm keeps flags for itself.
import { userError } from '../../hello-ip/support/user-error.ts';
import type { Place } from './doorkeeper.ts';
import { SLOTS, type Slot } from './schedule.ts';

const DEFAULT_SLOT = '45';

/** What npm run backstage was asked for. */
export interface BackstageOrder {
  place: Place;
  slot: Slot;
}

/** @throws a user error for an unknown word */
export function readBackstageOrder(words: string[]): BackstageOrder {
  const order: BackstageOrder = { place: 'screen', slot: DEFAULT_SLOT };
  for (const word of words) {
    const slot = SLOTS.find((each) => each === word);
    if (slot) order.slot = slot;
    else if (word === 'phone') order.place = 'phone';
    else
      throw userError(
        `Backstage does not know "${word}". Give it phone, or a slot of ${SLOTS.join(', ')} minutes: npm run backstage phone 30`,
      );
  }
  return order;
}
