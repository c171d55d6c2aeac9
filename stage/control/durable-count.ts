// What the durable counter of volatile-vs-durable/ has counted, according to the Event History.
import type { Client } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import { isUnknown } from '../../hello-ip/support/service-error.ts';
import { WORKFLOW_ID } from '../../volatile-vs-durable/count.ts';

/** Both counters end with it. */
export const LAST_NUMBER = 10;
const LOOK_MS = 1500;

/** One number of the durable count, and the process that counted it. */
export interface Counted {
  number: number;
  eventId: string;
  /** "pid@host", as in the Event History. */
  identity: string;
}

/**
 * The numbers in the Event History of the last count, in order; empty if nothing was ever counted.
 * @throws a gRPC service error when the Temporal Service does not answer
 */
export async function durableNumbers(client: Client): Promise<Counted[]> {
  const handle = client.workflow.getHandle(WORKFLOW_ID);
  const history = await client
    .withDeadline(Date.now() + LOOK_MS, () => handle.fetchHistory())
    .catch((error) => {
      if (isUnknown(error)) return { events: [] };
      throw error;
    });
  return (history.events ?? []).flatMap(({ eventId, activityTaskCompletedEventAttributes: completed }) => {
    const [payload] = completed?.result?.payloads ?? [];
    if (!completed || !payload) return [];
    const number = defaultPayloadConverter.fromPayload<number>(payload);
    return [{ number, eventId: String(eventId), identity: completed.identity ?? '' }];
  });
}
