// npm run stage reset
import { userError } from '../../hello-ip/user-error.ts';
import { askStage } from '../ask.ts';
import { saying } from '../process-verb.ts';
import { withClient } from '../service-client.ts';
import type { Verb } from '../verb.ts';
import { verb as fix } from './fix.ts';

export const verb: Verb = {
  usage: 'reset',
  about: 'network back, bug out, everything up, what still runs ended',
  async run(_words, say) {
    const { profile, processes } = await askStage({ do: 'status' });
    if (profile)
      throw userError(
        `The stage uses your profile "${profile}", and ends nothing there. Restart it without.`,
      );
    for (const { name, frozen, pid, yours } of processes) {
      if (frozen) say(saying(name, 'thawed', await askStage({ do: 'thaw', process: name })));
      if (pid === undefined && !yours)
        say(saying(name, 'ready', await askStage({ do: 'start', process: name })));
    }
    if (!processes.some(({ name, yours }) => name === 'network' && yours)) {
      await askStage({ do: 'network', order: 'restore' });
      say('network restored: lookups go through');
    }
    say(`executions ended: ${await endExecutions()}`);
    await fix.run(['geolocation'], say);
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
