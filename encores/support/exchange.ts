// An exchange over the network that ends in time: when it takes too long, or its Activity is cancelled, it is hung up.
import pTimeout from 'p-timeout';

/**
 * @param exchange hangs up when its signal is aborted
 * @throws a TimeoutError of p-timeout after so many milliseconds, the signal's reason when it is aborted
 */
export async function endInTime<T>(
  { milliseconds, signal }: { milliseconds: number; signal: AbortSignal },
  exchange: (hangUp: AbortSignal) => Promise<T>,
): Promise<T> {
  const hangUp = new AbortController();
  // Not AbortSignal.timeout within AbortSignal.any: Node 20 may collect that as garbage, and then it never fires.
  return pTimeout(exchange(hangUp.signal), { milliseconds, signal }).finally(() => hangUp.abort());
}
