// Ctrl-C, a polite kill and a closed terminal: the first asks for an orderly end, the next for an end at once.

// Under npm one Ctrl-C arrives twice: from the terminal, and again from npm, which passes it on.
const SAME_PRESS_MS = 300;

/** Calls `inOrder` at the first signal to leave, and `atOnce` at every later one. */
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
