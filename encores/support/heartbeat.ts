// Tells the Temporal Service that an Activity is being worked on, so that a killed Worker is missed within its heartbeat timeout.
import { heartbeat } from '@temporalio/activity';

const HEARTBEAT_MS = 500;

/** Does the work while it heartbeats. @param details what the next attempt finds, if this one is cut off */
export async function whileHeartbeating<T>(work: () => Promise<T>, details?: unknown): Promise<T> {
  heartbeat(details);
  const beating = setInterval(() => heartbeat(details), HEARTBEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(beating);
  }
}
