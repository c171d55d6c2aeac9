// What was broken on purpose: a log that whoever breaks things may keep, and that the page reads if it is told where.
import { statSync } from 'node:fs';
import { z } from 'zod';
import { readJsonLines } from '../../support/json-lines.ts';

const lineSchema = z.object({
  /** Milliseconds since 1970. */
  at: z.number(),
  /** A process, "lookups", "code" or "counters". */
  hit: z.string(),
  /** "kill -9", "stopped", "died", "cut", "bug"; "back" ends it. */
  what: z.string(),
});

/** One line of the log. */
export type FaultLine = z.infer<typeof lineSchema>;

/** Something that was broken, and when it was whole again. */
export interface Fault extends FaultLine {
  over?: number;
}

/** Pairs the lines: a fault is over with the next "back" of the same thing. */
export function faultsOf(lines: readonly FaultLine[]): Fault[] {
  const faults: Fault[] = [];
  for (const line of lines) {
    const open = faults.find(({ hit, over }) => hit === line.hit && over === undefined);
    if (line.what === 'back') {
      if (open) open.over = line.at;
    } else if (!open) faults.push({ ...line });
  }
  return faults;
}

/** Reads the log again only when it has changed; none without a file. Lines that make no sense are left out. */
export function faultReader(file = process.env.FAULT_LOG): () => Fault[] {
  let seen = '';
  let faults: Fault[] = [];
  return () => {
    const stamp = file && stampOf(file);
    if (!file || !stamp) return [];
    if (stamp === seen) return faults;
    seen = stamp;
    faults = faultsOf(readJsonLines(file, lineSchema));
    return faults;
  };
}

function stampOf(file: string): string | undefined {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat && `${stat.mtimeMs} ${stat.size}`;
}
