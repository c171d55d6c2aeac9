// The Client: the one call that starts a greeting.
import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { type GreetingInput, TASK_QUEUE } from './greeting.ts';
import { workflowTuning } from './stage-tuning.ts';
import { untilAnswered } from './support/connection.ts';
import type { getAddressFromIP } from './workflow.ts';

/**
 * Starts a greeting. A second call with the same id leads to the greeting that the first one started, running or not.
 * @throws an error whose `codeOf` is a gRPC status when the Temporal Service refuses, or does not answer within 1.5 s.
 */
export async function startGreeting(
  client: Client,
  workflowId: string,
  greeting: GreetingInput,
): Promise<void> {
  const start = () =>
    client.workflow.start<typeof getAddressFromIP>('getAddressFromIP', {
      taskQueue: TASK_QUEUE,
      workflowId,
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      args: [greeting],
      memo: { ...greeting }, // a list of Workflows shows it, and not the input
      ...workflowTuning,
    });
  try {
    await untilAnswered(client, start);
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}
