// npm run stage cancel [release <name>]
import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { cancelRelease as askToCancel } from '../../encores/releases/client.ts';
import { userError } from '../../hello-ip/support/user-error.ts';
import { lastStarted } from '../../hello-ip/web/last-started.ts';
import { stageStatus } from '../control/client.ts';
import { withClient } from '../control/service-client.ts';
import { needRelease } from '../encores/read-releases.ts';
import type { Verb } from './verb.ts';

export const verb: Verb = {
  usage: 'cancel [release <name>]',
  about: 'cancels the greeting that was started last, or that release',
  async run([what, ...name], print) {
    if (what === 'release') return cancelRelease(name.join(' '), print);
    if (what !== undefined)
      throw userError(
        `"${what}" cannot be cancelled. Run: npm run stage cancel, or: npm run stage cancel release billing`,
      );
    print(`cancellation requested: ${await withClient(cancelLast, await stageStatus())}`);
    return undefined;
  },
};

async function cancelRelease(name: string, print: (line: string) => void): Promise<undefined> {
  await withClient(
    async (client) => {
      const release = await needRelease(client, name);
      await askToCancel(client, release.plan.id);
      print(`cancel Signal sent: ${release.workflowId}`);
    },
    await stageStatus(),
  );
}

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
