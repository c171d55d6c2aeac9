// Whether there is room for the database and the bundle of a whole day of rehearsals.
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Check, Finding } from './examine.ts';

/** One gigabyte, in bytes. */
export const GB = 1e9;

export const diskCheck: Check = {
  name: 'disk',
  look: async ({ folder }) => judgeDisk(folder, await freeBytes(folder)),
};

/** The verdict on this many bytes free in the stage's folder. */
export function judgeDisk(folder: string, bytes: number): Finding {
  const fact = `${inGb(bytes)} is free in ${folder}.`;
  if (bytes >= GB) return { state: 'ok', fact };
  const mend = 'Make room for 1 GB, or set STAGE_FOLDER to a folder that has it.';
  return { state: bytes < GB / 10 ? 'problem' : 'warning', fact, mend };
}

/** The bytes that this user may still write there. */
export async function freeBytes(folder: string): Promise<number> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch (error) {
    const parent = dirname(folder);
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || parent === folder) throw error;
    return freeBytes(parent);
  }
}

/** For a sentence: "1.4 GB". */
export function inGb(bytes: number): string {
  return `${(Math.floor(bytes / (GB / 10)) / 10).toFixed(1)} GB`;
}
