// Exercise "give up", solved: five attempts, for the location only; its failure is an exception on that line.
import { ActivityFailure, isCancellation, proxyActivities } from '@temporalio/workflow';
import type * as activities from '../../lookups.ts';

const retry = { initialInterval: '0.1s', backoffCoefficient: 1 } as const;
const { getIP } = proxyActivities<typeof activities>({ startToCloseTimeout: '5s', retry });
const { getLocationInfo } = proxyActivities<typeof activities>({
  startToCloseTimeout: '5s',
  retry: { ...retry, maximumAttempts: 5 },
});

export async function greet(name: string): Promise<string> {
  const ipAddress = await getIP();
  try {
    const location = await getLocationInfo(ipAddress);
    return `Hello, ${name}! You are in ${location}.`;
  } catch (error) {
    // A cancellation arrives as an ActivityFailure too, and is not ours to swallow.
    if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error;
    return `Hello, ${name}! I asked five times where you are, and got no answer.`;
  }
}
