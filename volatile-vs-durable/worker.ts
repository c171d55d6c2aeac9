// The process that runs the durable count: npm run durable. It counts nothing until npm run count has started a count.
import { fileURLToPath } from 'node:url';
import { workerTuning } from '../hello-ip/stage-tuning.ts';
import { runWorker } from '../hello-ip/support/run-worker.ts';
import * as activities from './activities.ts';
import { TASK_QUEUE } from './count.ts';

await runWorker({
  workflowsPath: fileURLToPath(new URL('./durable.ts', import.meta.url)),
  taskQueue: TASK_QUEUE,
  activities,
  ...workerTuning,
});
