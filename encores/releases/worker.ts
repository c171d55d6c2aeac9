// The Worker of the releases. Kill it while an app is being deployed: the next one goes on at the same step.
import { fileURLToPath } from 'node:url';
import { longHistoryTuning } from '../../hello-ip/stage-tuning.ts';
import { runWorker } from '../../hello-ip/support/run-worker.ts';
import * as activities from './activities.ts';
import { TASK_QUEUE } from './deployment.ts';

await runWorker({
  workflowsPath: fileURLToPath(new URL('./workflow.ts', import.meta.url)),
  taskQueue: TASK_QUEUE,
  activities,
  ...longHistoryTuning,
});
