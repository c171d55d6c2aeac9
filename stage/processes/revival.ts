// Restarts a process of the stage that died on its own: at once, and at most three times a minute.
import { CALLED_OFF, type Done, type Revive } from './supervisor.ts';

const MAX_STARTS = 3;
const WITHIN_MS = 60_000;

/** Revives these processes. What goes wrong is printed under the name of the process. */
export function createRevive(
  names: readonly string[],
  start: (name: string) => Promise<Done>,
  print: (name: string, line: string) => void,
): Revive {
  const starts = new Map<string, number[]>();

  function mayStart(name: string): boolean {
    const now = performance.now();
    const recent = (starts.get(name) ?? []).filter((time) => now - time < WITHIN_MS);
    const isAllowed = recent.length < MAX_STARTS;
    starts.set(name, isAllowed ? [...recent, now] : recent);
    return isAllowed;
  }

  async function bringBack(name: string): Promise<void> {
    do {
      try {
        await start(name);
        return;
      } catch (error) {
        const { message, code } = error as NodeJS.ErrnoException;
        if (code === CALLED_OFF) return;
        for (const line of message.split('\n')) print(name, line);
      }
    } while (mayStart(name));
    print(name, `It stays down until: npm run stage start ${name}`);
  }

  return (name) => {
    if (!names.includes(name) || !mayStart(name)) return false;
    void bringBack(name);
    return true;
  };
}
