// Exercise "run twice": a guestbook that belongs to somebody else. It is used, and not changed.
import { randomUUID } from 'node:crypto';

const entries = new Map<string, string>();

/** Writes an entry. A key that it knows already is a repetition, and nothing is written; without a key, each is new. */
export async function sign(text: string, key: string = randomUUID()): Promise<void> {
  if (!entries.has(key)) entries.set(key, text);
}

/** All entries, the oldest first. */
export function read(): string[] {
  return [...entries.values()];
}
