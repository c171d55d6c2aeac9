// Exercise "somebody says yes": everybody is greeted at once. Wait for the Signal "approve" first, but not for ever.
import { proxyActivities } from '@temporalio/workflow';
import type * as activities from '../../lookups.ts';

const { getIP, getLocationInfo } = proxyActivities<typeof activities>({ startToCloseTimeout: '5s' });

export async function greet(name: string): Promise<string> {
  const location = await getLocationInfo(await getIP());
  return `Hello, ${name}! You are in ${location}.`;
}
