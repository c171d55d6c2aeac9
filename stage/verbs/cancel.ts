// npm run stage cancel
import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { userError } from '../../hello-ip/support/user-error.ts';
import { lastStarted } from '../../hello-ip/web/last-started.ts';
import { stageStatus } from '../control/client.ts';
import { withClient } from '../control/service-client.ts';
import type { Verb } from './verb.ts';

export const verb: Verb = {
  usage: 'cancel',
  about: 'cancels the greeting that was started last',
  async run(_words, print) {
    print(`cancellation requested: ${await withClient(cancelLast, await stageStatus())}`);
    return undefined;
  },
};

async function cancelLast(client: Client): Promise<string> {
  const workflowId = await lastStarted(client);
  if (!workflowId) throw userError('There is no greeting yet. Start one: npm run stage greet Ziggy 10');
  const handle = client.workflow.getHandle(workflowId);
  const { status } = await handle.describe();
  if (status.name !== 'RUNNING')
    throw userError(
      `The last greeting, ${workflowId}, is ${status.name.toLowerCase()}. Start another one: npm run stage greet Ziggy 10`,
    );
  await handle.cancel().catch((error) => {
    if (error instanceof WorkflowNotFoundError)
      throw userError(
        `The last greeting, ${workflowId}, has just ended. Start another one: npm run stage greet Ziggy 10`,
      );
    throw error;
  });
  return workflowId;
}
