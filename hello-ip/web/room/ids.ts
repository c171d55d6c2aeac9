// The Workflow Ids of the room's greetings: readable at the front, unguessable at the end.
import { createHash } from 'node:crypto';
import type { GreetingInput } from '../../greeting.ts';
import { slug } from '../form.ts';

const FROM_A_PHONE = 'room-';
const INVENTED = 'invented-';

/** What the ids of the room begin with. */
export const ROOM_PREFIXES = [FROM_A_PHONE, INVENTED];

/** The same for the same form, so that a double tap starts one greeting; 80 bits of it nobody can know. */
export function guestId({ name }: GreetingInput, token: string): string {
  return idOf(FROM_A_PHONE, name, token);
}

/** The id of a greeting that nobody has asked for: `npm run stage room simulate`. */
export function inventedId({ name }: GreetingInput, token: string): string {
  return idOf(INVENTED, name, token);
}

export function isGuestId(id: string): boolean {
  return id.startsWith(FROM_A_PHONE);
}

export function isInvented(id: string): boolean {
  return id.startsWith(INVENTED);
}

function idOf(prefix: string, name: string, token: string): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([token, name]))
    .digest('hex');
  return `${prefix}${slug(name)}-${digest.slice(0, 20)}`;
}
