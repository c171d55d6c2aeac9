// The same loop as a Workflow. Kill its Worker, run it again, and it goes on with the next number.
import { log, proxyActivities, sleep } from '@temporalio/workflow';
import { countingTuning } from '../hello-ip/stage-tuning.ts';
import type * as activities from './activities.ts';

const { addOne } = proxyActivities<typeof activities>({ startToCloseTimeout: '1 second', ...countingTuning });

export async function count(): Promise<number> {
  let number = 0;
  while (number < 10) {
    await sleep(1000);
    number = await addOne(number);
    // Logged, not printed by an Activity: only a kill in the few ms until this task is reported shows it twice.
    log.info(String(number));
  }
  return number;
}
