// Exercise "compensate", solved: remember how to undo a step before you take it, and undo the last one first.
import { CancellationScope, proxyActivities } from '@temporalio/workflow';
import type * as activities from './activities.ts';

const { book, cancel } = proxyActivities<typeof activities>({ startToCloseTimeout: '5s' });

export async function greet(name: string): Promise<string> {
  const toUndo: string[] = [];
  try {
    for (const part of ['flight', 'hotel', 'car']) {
      toUndo.unshift(part);
      await book(part);
    }
    return `Have a good trip, ${name}!`;
  } catch (error) {
    // Also when somebody cancels the Workflow: what undoes must not be cancelled with it.
    await CancellationScope.nonCancellable(async () => {
      for (const part of toUndo) await cancel(part);
    });
    throw error;
  }
}
