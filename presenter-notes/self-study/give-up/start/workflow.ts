// Exercise "give up": getLocationInfo is retried for ever. Make it five attempts, and have the greeting say so.
import { proxyActivities } from '@temporalio/workflow';
import type * as activities from '../../lookups.ts';

const { getIP, getLocationInfo } = proxyActivities<typeof activities>({
  startToCloseTimeout: '5s',
  retry: { initialInterval: '0.1s', backoffCoefficient: 1 },
});

export async function greet(name: string): Promise<string> {
  const ipAddress = await getIP();
  const location = await getLocationInfo(ipAddress);
  return `Hello, ${name}! You are in ${location}.`;
}
