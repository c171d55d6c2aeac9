// The process that runs the durable count: npm run durable. It counts nothing until npm run count has started a count.
import { fileURLToPath } from 'node:url';
import { Worker } from '@temporalio/worker';
import { namespace } from '../hello-ip/profile.ts';
import { workerTuning } from '../hello-ip/stage-tuning.ts';
import { keepWorking, workflowCode } from '../hello-ip/worker-lifecycle.ts';
import * as activities from './activities.ts';

const workflowBundle = await workflowCode(fileURLToPath(new URL('./durable.ts', import.meta.url)));

await keepWorking((connection) =>
  Worker.create({ connection, namespace, taskQueue: 'counter', workflowBundle, activities, ...workerTuning }),
);
