// npm run stage reset
import { userError } from '../../hello-ip/user-error.ts';
import { askStage } from '../ask.ts';
import { makeWhole } from '../mend.ts';
import { withClient } from '../service-client.ts';
import type { Verb } from '../verb.ts';

export const verb: Verb = {
  usage: 'reset',
  about: 'network back, bug out, everything up, what still runs ended',
  async run(_words, say) {
    const status = await askStage({ do: 'status' });
    if (status.profile)
      throw userError(
        `The stage uses your profile "${status.profile}", and ends nothing there. Restart it without.`,
      );
    await makeWhole(status, say);
    say(`executions ended: ${await endExecutions()}`);
  },
};

async function endExecutions(): Promise<number> {
  return withClient(async (client) => {
    let ended = 0;
    for await (const { workflowId, runId } of client.workflow.list({ query: 'ExecutionStatus="Running"' })) {
      await client.workflow.getHandle(workflowId, runId).terminate('npm run stage reset');
      ended += 1;
    }
    return ended;
  });
}
