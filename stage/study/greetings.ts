// The greetings that the reader has made, newest first, as they are in the Temporal Service.
import type { Client } from '@temporalio/client';
import { readProgress, toDate, WORKFLOW_TYPE } from '../../hello-ip/web/progress.ts';
import type { GreetingSnapshot } from '../claims/observations.ts';

/** Enough for an afternoon; older ones have already been looked at. */
const LOOKED_AT = 60;
const LISTED_AT_ONCE = 1000;

/** The newest greetings that have ended, read one at a time for as long as the caller wants more. */
export async function* greetings(client: Client): AsyncGenerator<GreetingSnapshot> {
  const { executions } = await client.workflowService.listWorkflowExecutions({
    namespace: client.options.namespace,
    query: `WorkflowType = "${WORKFLOW_TYPE}" AND ExecutionStatus = "Completed"`,
    pageSize: LISTED_AT_ONCE,
  });
  const newest = executions
    .toSorted((a, b) => Number(toDate(b.startTime)) - Number(toDate(a.startTime)))
    .slice(0, LOOKED_AT);
  for (const { execution } of newest) {
    const workflowId = execution?.workflowId ?? '';
    const reading = await readProgress(client, workflowId);
    if (reading) yield { workflowId, ...reading };
  }
}
