// Exercise "how far", solved: a variable, and a function that reports it. Replay restores the variable.
import { defineQuery, proxyActivities, setHandler, sleep } from '@temporalio/workflow';
import type * as activities from '../../lookups.ts';

const { getIP, getLocationInfo } = proxyActivities<typeof activities>({ startToCloseTimeout: '30s' });
const howFar = defineQuery<string>('howFar');

export async function greet(name: string): Promise<string> {
  let step = 'address';
  setHandler(howFar, () => step);
  const ipAddress = await getIP();
  step = 'sleeping';
  await sleep('2 seconds');
  step = 'location';
  const location = await getLocationInfo(ipAddress);
  step = 'done';
  return `Hello, ${name}! You are in ${location}.`;
}
