// Exercise "somebody says yes", solved: a variable that the Signal sets, and a wait for it with a time limit.
import { condition, defineSignal, proxyActivities, setHandler } from '@temporalio/workflow';
import type * as activities from '../../lookups.ts';

const { getIP, getLocationInfo } = proxyActivities<typeof activities>({ startToCloseTimeout: '5s' });
const approve = defineSignal('approve');

export async function greet(name: string): Promise<string> {
  let isApproved = false;
  setHandler(approve, () => {
    isApproved = true;
  });
  const inTime = await condition(() => isApproved, '5 seconds');
  if (!inTime) return `Sorry, ${name}, nobody was there to say yes.`;
  const location = await getLocationInfo(await getIP());
  return `Hello, ${name}! You are in ${location}.`;
}
