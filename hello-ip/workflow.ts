// The Workflow. Break anything around it: it goes on from the step it was at.
import { proxyActivities, sleep } from '@temporalio/workflow';
import type * as activities from './activities.ts';
import type { Address, Greeting } from './greeting.ts';
import { activityTuning } from './stage-tuning.ts';

const { getIP, getLocationInfo } = proxyActivities<typeof activities>({
  startToCloseTimeout: '5s',
  ...activityTuning,
});

export async function getAddressFromIP({ seconds }: Greeting): Promise<Address> {
  const ipAddress = await getIP();

  await sleep(`${seconds} seconds`);

  const location = await getLocationInfo(ipAddress);

  return { ipAddress, location };
}
