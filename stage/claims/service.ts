// One look at the Temporal Service, with a deadline.
import type { Client } from '@temporalio/client';

/** If it takes longer than this, it counts as not answering. */
export const LOOK_MS = 1000;

export function look<T>(client: Client, work: () => Promise<T>): Promise<T> {
  return client.withDeadline(Date.now() + LOOK_MS, work);
}
