// Workflows that are wrong on purpose: children that answer with something else or never, and a parent that does not let go.
import { condition, executeChild, workflowInfo } from '@temporalio/workflow';

export { orchestrate } from '../../encores/patterns/orchestration.ts';

/** One number: answers with text. Two: with what is no whole number. More: as it should. */
export async function addPairs(numbers: number[]): Promise<unknown> {
  if (numbers.length === 1) return 'seven';
  if (numbers.length === 2) return [0.5];
  return numbers;
}

/** Never answers. */
export async function timesTen(): Promise<void> {
  await condition(() => false);
}

/** Waits for its child to end, not only to start. */
export async function signUp(): Promise<void> {
  await executeChild(welcome, { workflowId: `${workflowInfo().workflowId}-letter` });
}

export async function welcome(): Promise<void> {}
