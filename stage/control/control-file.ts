// Where a folder's stage takes its orders, and the token that marks those of the user who started it.
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writeOwnFile } from '../processes/own-files.ts';

const BYTES = 32;

const controlSchema = z.object({ port: z.number(), token: z.string() });

/** The control port of a stage, and the token that its orders must carry: 64 hexadecimal digits. */
export type Control = z.infer<typeof controlSchema>;

/** Makes a new token, and stores it with the control port for this user's verbs. */
export function makeToken(folder: string, port: number): string {
  const control: Control = { port, token: randomBytes(BYTES).toString('hex') };
  writeOwnFile(controlFile(folder), JSON.stringify(control));
  return control.token;
}

/** What this folder's stage stored; undefined if there was no stage, or this user may not read it. */
export function readControl(folder: string): Control | undefined {
  try {
    return controlSchema.parse(JSON.parse(readFileSync(controlFile(folder), 'utf8')));
  } catch {
    return undefined;
  }
}

/** Whether a header's value is the token. */
export function isToken(token: string, given: unknown): boolean {
  const [expected, value] = [Buffer.from(token), Buffer.from(String(given))];
  return value.length === expected.length && timingSafeEqual(value, expected);
}

function controlFile(folder: string): string {
  return join(folder, 'control.json');
}
