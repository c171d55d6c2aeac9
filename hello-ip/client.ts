// The Client: the one call that starts a greeting, and asks for it again until the Temporal Service has answered.
import { setTimeout as delay } from 'node:timers/promises';
import {
  Client,
  Connection,
  isGrpcServiceError,
  WorkflowExecutionAlreadyStartedError,
} from '@temporalio/client';
import { type Greeting, TASK_QUEUE } from './greeting.ts';
import { connectionOptions, namespace } from './profile.ts';
import { connectionTuning, workflowTuning } from './stage-tuning.ts';
import { userError } from './user-error.ts';
import type { getAddressFromIP } from './workflow.ts';

const KNOCK_EVERY_MS = 100;
const GRPC_UNAVAILABLE = 14;

/** A Client that connects when it is first used, so that it may be made before the Temporal Service is up. */
export function createClient(): Client {
  return new Client({
    connection: Connection.lazy({ ...connectionOptions, ...connectionTuning }),
    namespace,
  });
}

/**
 * Starts a greeting. The same id again finds the greeting that it started, whether it still runs or not.
 * @throws a gRPC service error when the Temporal Service does not answer within 1.5 s.
 */
export async function startGreeting(client: Client, workflowId: string, greeting: Greeting): Promise<void> {
  const start = () =>
    client.workflow.start<typeof getAddressFromIP>('getAddressFromIP', {
      taskQueue: TASK_QUEUE,
      workflowId,
      workflowIdConflictPolicy: 'USE_EXISTING',
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      args: [greeting],
      ...workflowTuning,
    });
  try {
    await untilAnswered(Date.now() + 1500, (deadline) => client.withDeadline(deadline, start));
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}

/** A Temporal Service that has just come back refuses the first call or two: knock again until the deadline. */
async function untilAnswered(deadline: number, call: (deadline: number) => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      await call(deadline);
      return;
    } catch (error) {
      if (!isUnavailable(error) || Date.now() + KNOCK_EVERY_MS > deadline) throw error;
      await delay(KNOCK_EVERY_MS);
    }
  }
}

/** The user's error for a Temporal Service that did not answer; any other error as it is. */
export function serviceAway(error: unknown): unknown {
  if (!isGrpcServiceError((error as Error).cause)) return error;
  return userError(`No Temporal Service answers at ${connectionOptions.address}. Start it: npm run server`);
}

function isUnavailable(error: unknown): boolean {
  const { cause } = error as Error;
  return isGrpcServiceError(cause) && cause.code === GRPC_UNAVAILABLE;
}
