// The kits that the benchmark runs on: four real processes each, all gone when the benchmark ends.
import { setTimeout as delay } from 'node:timers/promises';
import { type Kit, startKit } from '../support/kit.ts';

/** Kits that recover at the same moment would fight for the two cores of a small machine. */
export const APART_MS = 1500;

const open = new Set<Kit>();

/** Lets `work` use a kit in venue mode. */
export async function withKit<T>(work: (kit: Kit) => Promise<T>): Promise<T> {
  const [result] = await sideBySide(1, work);
  return result as T;
}

/** This many runs side by side, each on its own kit: most of the time goes into waiting for an outage to pass. */
export async function sideBySide<T>(runs: number, work: (kit: Kit) => Promise<T>): Promise<T[]> {
  const kits: Kit[] = [];
  try {
    for (let run = 0; run < runs; run += 1) {
      const kit = await startKit();
      kits.push(kit);
      open.add(kit);
    }
    return await Promise.all(
      kits.map(async (kit, index) => {
        await delay(index * APART_MS);
        return work(kit);
      }),
    );
  } finally {
    await Promise.all(kits.map((kit) => kit.close()));
    for (const kit of kits) open.delete(kit);
  }
}

/** Ends all that are open, for somebody who does not want to wait. */
export async function closeKits(): Promise<void> {
  await Promise.all([...open].map((kit) => kit.close()));
}
