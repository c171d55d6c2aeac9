// The Worker: the process that runs our code. Kill it while it works, start it again, and nothing is lost.
import { fileURLToPath } from 'node:url';
import * as activities from './activities.ts';
import { TASK_QUEUE } from './greeting.ts';
import { workerTuning } from './stage-tuning.ts';
import { runWorker } from './support/run-worker.ts';

// #region worker
await runWorker({
  workflowsPath: fileURLToPath(new URL('./workflow.ts', import.meta.url)),
  taskQueue: TASK_QUEUE,
  activities,
  ...workerTuning,
});
// #endregion worker
