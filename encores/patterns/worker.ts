// The Worker of the patterns. Kill it in the middle of any of them: the next one goes on where it was.
import { fileURLToPath } from 'node:url';
import { workerTuning } from '../../hello-ip/stage-tuning.ts';
import { runWorker } from '../../hello-ip/support/run-worker.ts';
import * as activities from './activities.ts';
import { TASK_QUEUE } from './input.ts';

await runWorker({
  workflowsPath: fileURLToPath(new URL('./workflows.ts', import.meta.url)),
  taskQueue: TASK_QUEUE,
  activities,
  ...workerTuning,
});
