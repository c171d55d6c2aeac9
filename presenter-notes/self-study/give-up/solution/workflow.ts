// Exercise "give up", solved: five attempts for the location only, and its failure is an exception in that line.
import { ActivityFailure, proxyActivities } from '@temporalio/workflow';
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
    // Anything else, a cancellation for instance, is not ours to swallow.
    if (!(error instanceof ActivityFailure)) throw error;
    return `Hello, ${name}! I asked five times where you are, and got no answer.`;
  }
}
