// Exercise "compensate", solved: its Worker, which the check kills.
import { fileURLToPath } from 'node:url';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { workerTuning } from '../../../../hello-ip/stage-tuning.ts';
import * as activities from './activities.ts';

Runtime.install({ logger: new DefaultLogger('ERROR') });
const connection = await NativeConnection.connect({ address: process.env.TEMPORAL_ADDRESS });
const worker = await Worker.create({
  connection,
  taskQueue: 'study-compensate',
  workflowsPath: fileURLToPath(new URL('./workflow.ts', import.meta.url)),
  activities,
  ...workerTuning,
});
await worker.run();
await connection.close();
