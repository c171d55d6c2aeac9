// The Worker of the pipelines. Kill it in the middle of a fork: the next one goes on in each branch.
import { fileURLToPath } from 'node:url';
import { longHistoryTuning } from '../../hello-ip/stage-tuning.ts';
import { runWorker } from '../../hello-ip/support/run-worker.ts';
import * as activities from './activities.ts';
import { TASK_QUEUE } from './task-queue.ts';

await runWorker({
  workflowsPath: fileURLToPath(new URL('./workflow.ts', import.meta.url)),
  taskQueue: TASK_QUEUE,
  activities,
  ...longHistoryTuning,
});
