// The Worker: the process that runs our code. Kill it while it works, start it again, and nothing is lost.
import { fileURLToPath } from 'node:url';
import { Worker } from '@temporalio/worker';
import * as activities from './activities.ts';
import { TASK_QUEUE } from './greeting.ts';
import { namespace } from './profile.ts';
import { workerTuning } from './stage-tuning.ts';
import { keepWorking, workflowCode } from './worker-lifecycle.ts';

const workflowBundle = await workflowCode(fileURLToPath(new URL('./workflow.ts', import.meta.url)));

// #region worker
await keepWorking((connection) =>
  Worker.create({
    connection,
    namespace,
    taskQueue: TASK_QUEUE,
    workflowBundle,
    activities,
    ...workerTuning,
  }),
);
// #endregion worker
