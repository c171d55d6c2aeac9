// The connection to the Temporal Service: made on first use, patient with a Service that has just come back.
import { setTimeout as delay } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { connectionTuning } from '../stage-tuning.ts';
import { isOnThisMachine, readProfile } from './profile.ts';
import { codeOf, isRefused, troubleOf } from './service-error.ts';
import { userError } from './user-error.ts';

const DEADLINE_MS = 1500;
const RETRY_INTERVAL_MS = 100;

/** A Client that connects when it is first used, so that it may be made before the Temporal Service is up. */
export function createClient(service = readProfile()): Client {
  const { connectionOptions, namespace } = service;
  // gRPC would use the user's proxy even for what is on this machine.
  const noProxy = isOnThisMachine(service) ? { 'grpc.enable_http_proxy': 0 } : {};
  const channelArgs = { ...connectionTuning.channelArgs, ...noProxy };
  return new Client({
    connection: Connection.lazy({ ...connectionOptions, ...connectionTuning, channelArgs }),
    namespace,
  });
}

/**
 * Returns what a call answers. A Temporal Service that has just come back refuses the first call or two, so it is
 * asked again.
 * @throws the call's own error, or a gRPC service error when there is no answer within 1.5 s
 */
export async function untilAnswered<T>(client: Client, call: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + DEADLINE_MS;
  for (;;) {
    try {
      return await client.withDeadline(deadline, call);
    } catch (error) {
      if (!isRefused(error) || Date.now() + RETRY_INTERVAL_MS > deadline) throw error;
      await delay(RETRY_INTERVAL_MS);
    }
  }
}

/** The user error for a Temporal Service that did not answer, or refused; any other error unchanged. */
export function serviceAway(error: unknown, address: string): unknown {
  if (codeOf(error) === undefined) return error;
  return userError(troubleOf(error) ?? `No Temporal Service answers at ${address}. Start it: npm run server`);
}
