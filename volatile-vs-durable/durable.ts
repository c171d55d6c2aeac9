// The same loop as a Workflow. Kill its Worker, run it again, and it carries on with the next number.
import { log, proxyActivities, sleep } from '@temporalio/workflow';
import { countingTuning } from '../hello-ip/stage-tuning.ts';
import type * as activities from './activities.ts';

const { addOne } = proxyActivities<typeof activities>({ startToCloseTimeout: '1 second', ...countingTuning });

/** Logs each number rather than printing it in an Activity: only a kill within milliseconds shows one twice. */
export async function count(): Promise<number> {
  let number = 0;
  while (number < 10) {
    await sleep(1000);
    number = await addOne(number);
    log.info(String(number));
  }
  return number;
}
