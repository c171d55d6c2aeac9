// Exercise "blank page", solved: two steps with a sleep between them.
import { proxyActivities, sleep } from '@temporalio/workflow';
import type * as activities from './activities.ts';

const { knock, welcome } = proxyActivities<typeof activities>({ startToCloseTimeout: '5s' });

export async function greet(name: string): Promise<string> {
  await knock();
  await sleep('3 seconds');
  return welcome(name);
}
