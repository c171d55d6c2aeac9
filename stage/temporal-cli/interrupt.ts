// Lets work that leaves things lying about clean up before Ctrl-C or a polite kill ends the process.
import { userError } from '../../hello-ip/user-error.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Runs `work` with a signal that aborts when the caller's does, or when this process is told to leave.
 * In the latter case the process then ends as it would have, unless somebody else listens for that signal.
 */
export async function interruptible<T>(
  outer: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  let caught: NodeJS.Signals | undefined;
  const leave = (name: NodeJS.Signals) => {
    caught = name;
    controller.abort(
      userError('The Temporal CLI was not fetched, because this was interrupted. Run it again.'),
    );
  };
  for (const name of SIGNALS) process.on(name, leave);
  try {
    return await work(AbortSignal.any([controller.signal, ...(outer ? [outer] : [])]));
  } finally {
    for (const name of SIGNALS) process.off(name, leave);
    if (caught && process.listenerCount(caught) === 0) process.kill(process.pid, caught);
  }
}
