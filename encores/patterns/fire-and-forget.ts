// Fire and forget: a parent Workflow starts a child, waits only until it has started, and ends; the child goes on.
// Without the policy ABANDON the child would be terminated with its parent. Without waiting for the start the
// parent could end first, and there would never be a child.
import { proxyActivities, sleep, startChild, workflowInfo } from '@temporalio/workflow';
import { activityTuning, workflowTuning } from '../../hello-ip/stage-tuning.ts';
import type * as activities from './activities.ts';
import { Customer, check } from './input.ts';

const { sendLetter } = proxyActivities<typeof activities>({
  startToCloseTimeout: '5s',
  ...activityTuning,
});

/** Signs a customer up, and returns which Workflow sends the welcome letter; nobody waits for it. */
export async function signUp(input: Customer): Promise<{ workflowId: string; runId: string }> {
  const customer = check(Customer, input);
  // #region core
  const { workflowId, firstExecutionRunId } = await startChild(welcome, {
    args: [customer],
    workflowId: `${workflowInfo().workflowId}-letter`,
    parentClosePolicy: 'ABANDON',
    ...workflowTuning,
  });
  // #endregion core
  return { workflowId, runId: firstExecutionRunId };
}

/** Sends the welcome letter, some seconds or a month after the customer has signed up. */
export async function welcome(input: Customer): Promise<string> {
  const { name, seconds } = check(Customer, input);
  await sleep(`${seconds} seconds`);
  return sendLetter({ to: name, idempotencyKey: workflowInfo().workflowId });
}
