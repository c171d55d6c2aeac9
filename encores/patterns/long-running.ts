// Long-running: a Workflow that may go on for years. An Event History cannot grow for ever, so after so many items
// the run continues as new: the next run gets the state and an empty history, under the same Workflow Id.
// A Signal tells it something, a Query asks it something, an Update does both: it changes and answers.
import * as wf from '@temporalio/workflow';
import { activityTuning } from '../../hello-ip/stage-tuning.ts';
import type * as activities from './activities.ts';
import { check, ItemCount, Work } from './input.ts';

const ITEMS_AT_ONCE = 25;
const ITEMS_A_RUN = 300; // Thousands would do; so few show the change of runs while we watch.

const { processItems } = wf.proxyActivities<typeof activities>({
  startToCloseTimeout: '1 minute',
  heartbeatTimeout: '2s', // A Worker that dies among the items is missed after 2 s.
  ...activityTuning,
});

export const pause = wf.defineSignal('pause');
export const resume = wf.defineSignal('resume');
export const progress = wf.defineQuery<Work>('progress');
export const addItems = wf.defineUpdate<Work, [number]>('addItems');

export async function workThrough(input: Work): Promise<number> {
  const work = check(Work, input);
  const doneBefore = work.done;
  const { workflowId } = wf.workflowInfo();

  wf.setHandler(pause, () => {
    work.isPaused = true;
  });
  wf.setHandler(resume, () => {
    work.isPaused = false;
  });
  wf.setHandler(progress, () => work);
  const total = (more: number) => work.items + check(ItemCount, more);
  wf.setHandler(
    addItems,
    (more) => {
      work.items = total(more);
      return work;
    },
    { validator: (more) => void check(Work, { ...work, items: total(more) }) },
  );

  // #region core
  while (work.done < work.items) {
    await wf.condition(() => !work.isPaused);
    const to = Math.min(work.done + ITEMS_AT_ONCE, work.items);
    await processItems({ idempotencyKey: workflowId, from: work.done + 1, to });
    work.done = to;
    // If a handler awaited anything: wait for allHandlersFinished first.
    if (isLong(work.done - doneBefore) && work.done < work.items)
      await wf.continueAsNew<typeof workThrough>(work);
  }
  return work.done;
  // #endregion core
}

const isLong = (items: number) => items >= ITEMS_A_RUN || wf.workflowInfo().continueAsNewSuggested;
