// Whether the database and the bundle of a whole day of rehearsals have room.
import type { Check, Finding } from '../doctor.ts';
import { freeBytes, GB, inGb } from './space.ts';

export const diskCheck: Check = {
  name: 'disk',
  look: async ({ folder }) => judgeDisk(folder, await freeBytes(folder)),
};

/** What to say of so many bytes free in the stage's folder. */
export function judgeDisk(folder: string, bytes: number): Finding {
  const fact = `${inGb(bytes)} are free in ${folder}.`;
  if (bytes >= GB) return { state: 'ok', fact };
  const mend = 'Make room for 1 GB, or set STAGE_FOLDER to a folder that has it.';
  return { state: bytes < GB / 10 ? 'problem' : 'warning', fact, mend };
}
