// Starts one count and leaves at once: npm run count. Who counts is the Worker, whenever one is there.
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { createClient, serviceAway } from '../hello-ip/client.ts';
import { connectionOptions, namespace } from '../hello-ip/profile.ts';
import { workflowTuning } from '../hello-ip/stage-tuning.ts';
import { executionUrl, webUiAddress } from '../hello-ip/web/web-ui.ts';

const client = createClient();
const url = executionUrl(webUiAddress(connectionOptions.address), namespace, 'counter');
const start = () =>
  client.workflow.start('count', {
    taskQueue: 'counter',
    workflowId: 'counter',
    args: [],
    ...workflowTuning,
  });

try {
  const { firstExecutionRunId } = await client.withDeadline(Date.now() + 1500, start);
  console.log(`The count has started: ${url}/${firstExecutionRunId}`);
} catch (error) {
  if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw serviceAway(error);
  console.log(`A count is running already: ${url}`);
}
await client.connection.close();
