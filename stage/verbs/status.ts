// npm run stage status
import { lastStarted } from '../../hello-ip/web/last-started.ts';
import { isBroken } from '../bug/bug.ts';
import { askStage, type ProcessStatus, type StageStatus } from '../control/client.ts';
import { createStageClient } from '../control/service-client.ts';
import type { Verb } from './verb.ts';

const LOOK_MS = 1000;

export const verb: Verb = {
  usage: 'status',
  about: 'every process, the network, the bug, the last greeting',
  async run(_words, print) {
    const status = await askStage({ do: 'status' });
    const width = Math.max(8, ...status.processes.map(({ name }) => name.length));
    const line = (name: string, fact: string) => print(`${name.padEnd(width)} ${fact}`);
    for (const process of status.processes) line(process.name, describe(process));
    line('lookups', describeNetwork(status));
    line('bug', isBroken() ? 'in: npm run stage fix geolocation takes it out' : 'out');
    const workflowId = await lastGreeting(status);
    if (workflowId)
      line('greeting', `http://127.0.0.1:${status.ports.app}/greetings/${encodeURIComponent(workflowId)}`);
  },
};

async function lastGreeting(status: StageStatus): Promise<string | undefined> {
  const client = createStageClient(status);
  try {
    return await client.withDeadline(Date.now() + LOOK_MS, () => lastStarted(client));
  } catch {
    return undefined; // the Temporal Service is away, and its own line says so
  } finally {
    await client.connection.close();
  }
}

function describe({ state, pid, uptimeMs, ended, yours, frozen }: ProcessStatus): string {
  if (yours) return pid ? `${frozen ? 'frozen' : 'running'}, yours, pid ${pid}` : 'not running, yours';
  if (pid === undefined) return ended ? `${state} (${ended})` : state;
  return `${frozen ? 'frozen' : state}, pid ${pid}, up ${Math.round((uptimeMs ?? 0) / 1000)} s`;
}

function describeNetwork({ network, profile }: StageStatus): string {
  if (!network) return 'unknown: the network does not answer the stage';
  const mode = network.venue ? 'venue mode' : 'online';
  const service = profile ? `, with the Temporal Service of profile "${profile}"` : '';
  return `${network.state}, ${mode}${service}`;
}
