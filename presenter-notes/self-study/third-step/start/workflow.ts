// Exercise "third step": two steps. Make the greeting begin with the word that a third one returns.
import { proxyActivities } from '@temporalio/workflow';
import type * as activities from './activities.ts';

const { getIP, getLocationInfo } = proxyActivities<typeof activities>({ startToCloseTimeout: '5s' });

export async function greet(name: string): Promise<string> {
  const ipAddress = await getIP();
  const location = await getLocationInfo(ipAddress);
  return `Hello, ${name}! You are in ${location}.`;
}
