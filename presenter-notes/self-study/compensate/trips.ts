// Exercise "compensate": somebody else's booking office, which keeps what is booked in a file. Use it, but do not change it.
import { appendFileSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** Every change takes its time. */
const TAKES_MS = 700;

/** What was done, oldest first: "book flight", "cancel hotel". */
export function ledger(): string[] {
  return readFileSync(file(), 'utf8').split('\n').filter(Boolean);
}

/** Books it, once: what is booked already stays booked. There may be no car. */
export async function book(what: string): Promise<void> {
  if (what === 'car' && process.env.CARS === '0') throw new Error('There is no car left.');
  await note(`book ${what}`);
}

/** Cancels it, once: what is not booked, or was cancelled already, stays as it is. */
export async function cancel(what: string): Promise<void> {
  if (ledger().includes(`book ${what}`)) await note(`cancel ${what}`);
}

async function note(line: string): Promise<void> {
  await delay(TAKES_MS);
  if (!ledger().includes(line)) appendFileSync(file(), `${line}\n`);
}

function file(): string {
  return process.env.TRIPS ?? '';
}
