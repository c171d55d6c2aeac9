// The smallest possible Workflow, greeting and pipeline: the floors for ours.
import { proxyActivities } from '@temporalio/workflow';
import type * as pipelines from '../../../encores/pipelines/activities.ts';
import type { JsonObject } from '../../../encores/pipelines/json.ts';
import { TASK_QUEUE as PIPELINES } from '../../../encores/pipelines/task-queue.ts';
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

const { callHttp } = proxyActivities<typeof pipelines>({ startToCloseTimeout: '10s', taskQueue: PIPELINES });

/** What a pipeline of so many HTTP tasks does, written by hand. */
export async function byHand(request: JsonObject, steps: number): Promise<void> {
  for (let step = 0; step < steps; step += 1) await callHttp(request);
}
