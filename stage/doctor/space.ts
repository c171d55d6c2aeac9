// How much room a folder has, also one that is not made yet.
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';

/** One gigabyte, in bytes. */
export const GB = 1e9;

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
