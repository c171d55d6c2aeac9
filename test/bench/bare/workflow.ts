// The smallest possible Workflow and greeting: the floors for our Worker and our greeting.
import { proxyActivities } from '@temporalio/workflow';
import type * as activities from '../../../hello-ip/activities.ts';
import { TASK_QUEUE } from '../../../hello-ip/greeting.ts';

const { getIP, getLocationInfo } = proxyActivities<typeof activities>({
  startToCloseTimeout: '5s',
  taskQueue: TASK_QUEUE, // the same lookups, so that the floor leaves out only what surrounds them
});

export async function bare(): Promise<void> {}

export async function bareGreeting(): Promise<string> {
  return getLocationInfo(await getIP());
}
