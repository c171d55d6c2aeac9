// Finds the greeting that was started last.
import type { Client } from '@temporalio/client';
import { toDate, WORKFLOW_TYPE } from './progress.ts';
import { ROOM_PREFIXES } from './room/ids.ts';

const LISTED_AT_ONCE = 100;
/** Someone in the room who comes late must not take the projector away from the presenter. */
const NOT_OF_THE_ROOM = ROOM_PREFIXES.map((prefix) => `WorkflowId NOT STARTS_WITH "${prefix}"`).join(' AND ');

/**
 * The Workflow Id of the greeting that was started last, running or not, the room's apart; nothing if there is none.
 * A Temporal Service on SQLite lists running ones first and cannot be asked for another order.
 */
export async function lastStarted(client: Client): Promise<string | undefined> {
  const { namespace } = client.options;
  const list = (which: string, pageSize: number) => {
    const query = `WorkflowType = "${WORKFLOW_TYPE}" AND ExecutionStatus ${which} "Running" AND ${NOT_OF_THE_ROOM}`;
    return client.workflowService.listWorkflowExecutions({ namespace, query, pageSize });
  };
  // One after the other: a greeting that ends in between is then in both lists, never in neither.
  const lists = [await list('=', 1), await list('!=', LISTED_AT_ONCE)];
  const started = lists.flatMap(({ executions }) =>
    executions.map(({ execution, startTime }) => ({ id: execution?.workflowId, at: toDate(startTime) })),
  );
  const [last] = started.toSorted((a, b) => Number(b.at) - Number(a.at));
  return last?.id ?? undefined;
}
