// Ctrl-C, a polite kill and a closed terminal: the first signal shuts down in order, the next at once.
import type { Supervisor } from './supervisor.ts';

// Under npm one Ctrl-C arrives twice: from the terminal, and again from npm, which passes it on.
const SAME_PRESS_MS = 300;

/** The exit code after Ctrl-C: 128 and the number of SIGINT, as shells have it. */
export const INTERRUPTED = 130;

/** Calls `inOrder` on the first signal to exit, and `atOnce` on every later one. */
export function whenToldToLeave(inOrder: () => void, atOnce: () => void): void {
  let presses = 0;
  let last = Number.NEGATIVE_INFINITY;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      const now = performance.now();
      if (now - last < SAME_PRESS_MS) return;
      last = now;
      presses += 1;
      if (presses === 1) inOrder();
      else atOnce();
    });
  }
}

/** How a process that supervises others comes up and shuts down. */
export interface Shutdown {
  /** Aborts once this process is told to exit. */
  signal: AbortSignal;
  /** Hands over what must be taken down. Throws the signal's reason if this process has been told to exit. */
  supervise(supervisor: Supervisor): void;
  /** Does the work, and takes everything down again if it fails. */
  bringUp(work: () => Promise<unknown>): Promise<void>;
  /** Shuts down in order, as on Ctrl-C. */
  leave(): void;
}

/** From now on Ctrl-C takes down in order what is supervised; `onLeaving` is called first. */
export function createShutdown(onLeaving: () => void = () => {}): Shutdown {
  const leaving = new AbortController();
  let supervisor: Supervisor | undefined;
  let up: Promise<unknown> = Promise.resolve();

  async function leaveInOrder(): Promise<void> {
    if (leaving.signal.aborted) return;
    onLeaving();
    leaving.abort();
    await supervisor?.stopAll();
    await up.catch(() => {}); // a download or a build of the Temporal CLI cleans up after itself
    await supervisor?.stopAll();
    process.exit(0);
  }

  process.once('exit', () => supervisor?.killAll());
  whenToldToLeave(leaveInOrder, () => process.exit(1));
  return {
    signal: leaving.signal,
    leave: () => void leaveInOrder(),
    supervise(supervised) {
      supervisor = supervised;
      leaving.signal.throwIfAborted();
    },
    async bringUp(work) {
      up = work();
      try {
        await up;
      } catch (error) {
        if (leaving.signal.aborted) await new Promise(() => {}); // leaveInOrder ends the process
        await supervisor?.stopAll();
        throw error;
      }
    },
  };
}
