// The least that a Worker can be, in JavaScript, with a bundle that is there: the floor beside our Worker.
import { NativeConnection, Worker } from '@temporalio/worker';

const [, , address, codePath] = process.argv;
const connection = await NativeConnection.connect({ address });
const worker = await Worker.create({ connection, taskQueue: 'bare', workflowBundle: { codePath } });
await worker.run();
