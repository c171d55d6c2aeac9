// Where the cluster keeps the histories of what has ended, and whether it does.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';

const WITHIN_MS = 20_000;

/** The address of the archive's folder, which the server makes. @param folder that of the cluster */
export function archiveOf(folder: string): string {
  return pathToFileURL(join(folder, 'archive')).href;
}

/** How many histories are in the archive at this address; waits a while for the first one. */
export async function historiesIn(archive: string): Promise<number> {
  const folder = fileURLToPath(archive);
  const until = Date.now() + WITHIN_MS;
  for (;;) {
    const files = existsSync(folder) ? readdirSync(folder, { recursive: true }) : [];
    const count = files.filter((file) => String(file).endsWith('.history')).length;
    if (count > 0 || Date.now() > until) return count;
    await delay(250);
  }
}
