// The Workflow. Break anything around it: it carries on where it was.
import { proxyActivities, sleep } from '@temporalio/workflow';
import type * as activities from './activities.ts';
import type { GreetingInput, GreetingResult } from './greeting.ts';
import { activityTuning } from './stage-tuning.ts';

const { getIP, getLocationInfo } = proxyActivities<typeof activities>({
  startToCloseTimeout: '5s',
  ...activityTuning,
});

export async function getAddressFromIP({ seconds }: GreetingInput) {
  const ipAddress = await getIP();

  if (seconds > 0) await sleep(`${seconds} seconds`);

  const location = await getLocationInfo(ipAddress);

  return { ipAddress, location } satisfies GreetingResult;
}
