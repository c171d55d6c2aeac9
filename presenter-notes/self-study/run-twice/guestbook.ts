// Exercise "run twice": a guestbook that belongs to somebody else. Use it, but do not change it.
import { randomUUID } from 'node:crypto';

const entries = new Map<string, string>();

/** Writes an entry. A key seen before is a repetition, and nothing is written; without a key, every entry is new. */
export async function sign(text: string, key: string = randomUUID()): Promise<void> {
  if (!entries.has(key)) entries.set(key, text);
}

/** All entries, oldest first. */
export function read(): string[] {
  return [...entries.values()];
}
