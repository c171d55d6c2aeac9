// Starts one count and exits at once: npm run count. The Worker does the counting, whenever one is running.
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { workflowTuning } from '../hello-ip/stage-tuning.ts';
import { createClient, serviceAway, untilAnswered } from '../hello-ip/support/connection.ts';
import { readProfile } from '../hello-ip/support/profile.ts';
import { executionUrl, webUiAddress } from '../hello-ip/web/web-ui.ts';
import { TASK_QUEUE, WORKFLOW_ID } from './count.ts';
import type { count } from './durable.ts';

const service = readProfile();
const client = createClient(service);
const url = executionUrl(webUiAddress(service.connectionOptions.address), service.namespace, WORKFLOW_ID);
const options = { taskQueue: TASK_QUEUE, workflowId: WORKFLOW_ID, args: [], ...workflowTuning } as const;

try {
  const start = () => client.workflow.start<typeof count>('count', options);
  const { firstExecutionRunId } = await untilAnswered(client, start);
  console.log(`The count has started: ${url}/${firstExecutionRunId}`);
} catch (error) {
  const isRunning = error instanceof WorkflowExecutionAlreadyStartedError;
  if (!isRunning) throw serviceAway(error, service.connectionOptions.address);
  console.log(`A count is already running: ${url}`);
}
await client.connection.close();
