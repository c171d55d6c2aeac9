// One look at the Temporal Service: bounded, with what its errors mean.
import { type Client, isGrpcServiceError } from '@temporalio/client';

/** Longer than this and it does not answer. */
export const LOOK_MS = 1000;

// https://github.com/grpc/grpc/blob/master/doc/statuscodes.md
const DEADLINE_EXCEEDED = 4;
const UNAVAILABLE = 14;

export function look<T>(client: Client, work: () => Promise<T>): Promise<T> {
  return client.withDeadline(Date.now() + LOOK_MS, work);
}

/** Nobody listens there. */
export function isRefused(error: unknown): boolean {
  return codeOf(error) === UNAVAILABLE;
}

/** It refuses, or gives no answer in time. */
export function isAway(error: unknown): boolean {
  return isRefused(error) || codeOf(error) === DEADLINE_EXCEEDED;
}

/** The gRPC status, where the Temporal Service or the way to it is what failed. */
export function codeOf(error: unknown): number | undefined {
  const reason = isGrpcServiceError(error) ? error : (error as Error).cause;
  return isGrpcServiceError(reason) ? reason.code : undefined;
}
