// Exercise "third step", solved: one more line, and it is as durable as the others.
import { proxyActivities } from '@temporalio/workflow';
import type * as activities from './activities.ts';

const { getIP, getLocationInfo, getHello } = proxyActivities<typeof activities>({
  startToCloseTimeout: '5s',
});

export async function greet(name: string): Promise<string> {
  const ipAddress = await getIP();
  const location = await getLocationInfo(ipAddress);
  const hello = await getHello(location);
  return `${hello}, ${name}! You are in ${location}.`;
}
