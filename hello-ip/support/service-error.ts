// What it means when a call to the Temporal Service fails: an outage, which passes, or something that must be fixed.
import { isGrpcServiceError } from '@temporalio/client';
import { NamespaceNotFoundError } from '@temporalio/common';

// https://github.com/grpc/grpc/blob/master/doc/statuscodes.md
const DEADLINE_EXCEEDED = 4;
const NOT_FOUND = 5;
const PERMISSION_DENIED = 7;
const RESOURCE_EXHAUSTED = 8;
const UNAVAILABLE = 14;
const UNAUTHENTICATED = 16;

const TROUBLES: Record<number, string> = {
  [NOT_FOUND]:
    'The Temporal Service has no such namespace. Correct it in the Temporal profile, or create it there.',
  [PERMISSION_DENIED]:
    'The Temporal Service denies access to the namespace. Allow it there, or use another Temporal profile.',
  [RESOURCE_EXHAUSTED]:
    'The Temporal Service gets more requests than it allows. Close some pages, or raise the limit of the namespace.',
  [UNAUTHENTICATED]:
    'The Temporal Service rejects the credentials. Renew them in the Temporal profile, and restart the app.',
};

/** The gRPC status, if what failed is the Temporal Service or the connection to it. */
export function codeOf(error: unknown): number | undefined {
  if (error instanceof NamespaceNotFoundError) return NOT_FOUND;
  return grpcErrorIn(error)?.code;
}

/** Nothing is listening there. */
export function isRefused(error: unknown): boolean {
  return codeOf(error) === UNAVAILABLE;
}

/** It refuses the connection, or gives no answer in time. */
export function isAway(error: unknown): boolean {
  return isRefused(error) || codeOf(error) === DEADLINE_EXCEEDED;
}

/** The Temporal Service knows nothing by that name. */
export function isUnknown(error: unknown): boolean {
  return codeOf(error) === NOT_FOUND;
}

/** What an error other than an outage means, in two sentences: the fact, then the fix. Nothing for an outage. */
export function troubleOf(error: unknown): string | undefined {
  if (isAway(error)) return undefined;
  const code = codeOf(error);
  if (code === undefined) return 'The app itself has failed. Its terminal shows the error.';
  return (
    TROUBLES[code] ?? `The Temporal Service answers with an error. It says: ${grpcErrorIn(error)?.details}`
  );
}

/**
 * Returns a function to call after each call, with its error if it failed; it returns what the trouble is.
 * It logs trouble once for as long as its kind stays the same, and never logs outages: everybody sees them.
 */
export function troubleLog(): (error?: unknown) => string | undefined {
  let logged: number | 'ours' | undefined;
  return (error) => {
    const trouble = error === undefined ? undefined : troubleOf(error);
    const kind = trouble === undefined ? undefined : (codeOf(error) ?? 'ours');
    if (kind !== undefined && kind !== logged) console.error(trouble, detailsOf(error));
    logged = kind;
    return trouble;
  };
}

/** What the Temporal Service said, or the whole error with its stack if it is ours. */
function detailsOf(error: unknown): unknown {
  if (codeOf(error) === undefined) return error;
  return `(${(grpcErrorIn(error) ?? (error as Error)).message})`;
}

/** The SDK wraps the gRPC error. */
function grpcErrorIn(error: unknown) {
  const reason = isGrpcServiceError(error) ? error : (error as Error).cause;
  return isGrpcServiceError(reason) ? reason : undefined;
}
