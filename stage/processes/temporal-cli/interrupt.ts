// Lets work clean up after itself before Ctrl-C or a polite kill ends the process.
import { userError } from '../../../hello-ip/support/user-error.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Runs `work` with a signal that aborts when the caller's does, or when this process is told to exit.
 * In the latter case the process then ends as it would have, unless something else listens for that signal.
 */
export async function interruptible<T>(
  outer: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  let caught: NodeJS.Signals | undefined;
  const leave = (name: NodeJS.Signals) => {
    caught = name;
    controller.abort(userError('Fetching the Temporal CLI was interrupted. Run this again.'));
  };
  for (const name of SIGNALS) process.on(name, leave);
  try {
    return await work(AbortSignal.any([controller.signal, ...(outer ? [outer] : [])]));
  } finally {
    for (const name of SIGNALS) process.off(name, leave);
    if (caught && process.listenerCount(caught) === 0) process.kill(process.pid, caught);
  }
}
