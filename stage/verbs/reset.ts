// npm run stage reset
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import pLimit from 'p-limit';
import { TASK_QUEUE as PATTERN_QUEUE } from '../../encores/patterns/input.ts';
import { TASK_QUEUE as PIPELINE_QUEUE } from '../../encores/pipelines/task-queue.ts';
import { TASK_QUEUE as RELEASE_QUEUE } from '../../encores/releases/deployment.ts';
import { TASK_QUEUE } from '../../hello-ip/greeting.ts';
import { userError } from '../../hello-ip/support/user-error.ts';
import { WORKFLOW_TYPE } from '../../hello-ip/web/progress.ts';
import { ROOM_PREFIXES } from '../../hello-ip/web/room/ids.ts';
import { newWall } from '../../hello-ip/web/room/state.ts';
import { TASK_QUEUE as COUNTER_QUEUE } from '../../volatile-vs-durable/count.ts';
import { askStage } from '../control/client.ts';
import { withClient } from '../control/service-client.ts';
import { roomHere } from '../room/here.ts';
import { stageFolder } from '../settings.ts';
import { makeWhole } from './repair.ts';
import type { Verb } from './verb.ts';

/** What the kit starts. Anything else on the same Temporal Service belongs to someone else. */
const OURS = [
  `TaskQueue = "${TASK_QUEUE}" AND WorkflowType = "${WORKFLOW_TYPE}"`,
  `TaskQueue = "${COUNTER_QUEUE}" AND WorkflowType = "count"`,
  'TaskQueue STARTS_WITH "study-" AND WorkflowType = "greet"',
  `TaskQueue = "${RELEASE_QUEUE}" AND WorkflowType = "release"`,
  `TaskQueue = "${PIPELINE_QUEUE}" AND WorkflowType IN ("pipeline", "keepHistory")`,
  `TaskQueue = "${PATTERN_QUEUE}" AND WorkflowId STARTS_WITH "patterns-"`,
];
/** Somebody else's Workflow may have such an id, too. */
const OF_THE_ROOM = `TaskQueue = "${TASK_QUEUE}" AND WorkflowType = "${WORKFLOW_TYPE}" AND (${ROOM_PREFIXES.map((prefix) => `WorkflowId STARTS_WITH "${prefix}"`).join(' OR ')})`;
const DELETED_AT_ONCE = 8;
const RUNNING_AND_OURS = `ExecutionStatus = "Running" AND (${OURS.map((ours) => `(${ours})`).join(' OR ')})`;

export const verb: Verb = {
  usage: 'reset',
  about: 'restores processes, network and code; terminates running Workflows',
  async run(_words, print) {
    const status = await askStage({ do: 'status' });
    if (status.profile)
      throw userError(
        `The stage uses your profile "${status.profile}", and terminates nothing there. Restart it without: npm start`,
      );
    await makeWhole(status, print);
    await askStage({ do: 'counters', order: 'clear' });
    // What the Activities of the patterns have done to their world: a file for each item.
    rmSync(join(stageFolder(), 'patterns'), { recursive: true, force: true });
    roomHere().change(newWall());
    print(`executions terminated: ${await withClient(terminateOurs, status)}`);
    const forgotten = await withClient(forgetRoom, status);
    if (forgotten > 0) print(`names of the room forgotten within a minute: ${forgotten}`);
  },
};

async function terminateOurs(client: Client): Promise<number> {
  let terminated = 0;
  for await (const { workflowId, runId } of client.workflow.list({ query: RUNNING_AND_OURS })) {
    if (await terminate(client, workflowId, runId)) terminated += 1;
  }
  return terminated;
}

/** Somebody has typed a name on a phone, and was told that it is shown, not that it is kept. The Service deletes in its own time, measured up to 40 s. */
async function forgetRoom(client: Client): Promise<number> {
  const { namespace } = client.options;
  const inTurn = pLimit(DELETED_AT_ONCE);
  const deletions: Promise<unknown>[] = [];
  for await (const { workflowId, runId } of client.workflow.list({ query: OF_THE_ROOM })) {
    const workflowExecution = { workflowId, runId };
    deletions.push(
      inTurn(() => client.workflowService.deleteWorkflowExecution({ namespace, workflowExecution })),
    );
  }
  return (await Promise.all(deletions)).length;
}

/** False if it ended on its own, or through another reset, after it was listed. */
async function terminate(client: Client, workflowId: string, runId: string): Promise<boolean> {
  try {
    await client.workflow.getHandle(workflowId, runId).terminate('npm run stage reset');
    return true;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}
