// The smallest possible Worker, in JavaScript, with a ready bundle: the floor for our Worker.
import { NativeConnection, Worker } from '@temporalio/worker';

process.once('disconnect', () => process.exit()); // an interrupted benchmark leaves no Worker behind
const [, , address, codePath] = process.argv;
const connection = await NativeConnection.connect({ address });
const worker = await Worker.create({ connection, taskQueue: 'bare', workflowBundle: { codePath } });
await worker.run();
