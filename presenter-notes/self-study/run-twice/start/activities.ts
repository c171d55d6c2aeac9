// Exercise "run twice": if the Worker dies after the entry and before it has reported, there will be two entries.
import { sign } from '../guestbook.ts';

/** Puts the name in the guestbook. */
export async function signGuestbook(name: string): Promise<void> {
  await sign(`${name} was here`);
}
