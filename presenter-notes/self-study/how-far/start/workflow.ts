// Exercise "how far": nobody can ask this Workflow anything. Make it answer the Query "howFar".
import { proxyActivities, sleep } from '@temporalio/workflow';
import type * as activities from '../../lookups.ts';

const { getIP, getLocationInfo } = proxyActivities<typeof activities>({ startToCloseTimeout: '30s' });

export async function greet(name: string): Promise<string> {
  const ipAddress = await getIP();
  await sleep('2 seconds');
  const location = await getLocationInfo(ipAddress);
  return `Hello, ${name}! You are in ${location}.`;
}
