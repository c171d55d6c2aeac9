// What the two counters of volatile-vs-durable/ have counted, for the slides and the stage.
import { readFileSync } from 'node:fs';
import type { Client } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import { z } from 'zod';

/** The Workflow Id of the durable count. */
export const COUNTER_ID = 'counter';
const LOOK_MS = 1500;
const GRPC_NOT_FOUND = 5;

/** One number of the durable count, and which process has counted it. */
export interface Counted {
  number: number;
  eventId: string;
  /** "pid@host", as the Event History has it. */
  identity: string;
}

/**
 * The numbers that the Event History of the last count has, in order; none where nothing was ever counted.
 * @throws a gRPC service error when the Temporal Service does not answer
 */
export async function durableNumbers(client: Client): Promise<Counted[]> {
  const handle = client.workflow.getHandle(COUNTER_ID);
  const history = await client
    .withDeadline(Date.now() + LOOK_MS, () => handle.fetchHistory())
    .catch((error) => {
      if (error.code === GRPC_NOT_FOUND) return { events: [] };
      throw error;
    });
  return (history.events ?? []).flatMap(({ eventId, activityTaskCompletedEventAttributes: completed }) => {
    const [payload] = completed?.result?.payloads ?? [];
    if (!completed || !payload) return [];
    const number = defaultPayloadConverter.fromPayload<number>(payload);
    return [{ number, eventId: String(eventId), identity: completed.identity ?? '' }];
  });
}

const runsSchema = z.array(z.array(z.number()));

/** What the stage has written down of the volatile process, a list for each time that it was started; none without a stage. */
export function volatileNumbers(file: string | undefined): number[][] {
  try {
    return runsSchema.parse(JSON.parse(readFileSync(file ?? '', 'utf8')));
  } catch {
    return [];
  }
}
