// Failures in Temporal's words and in the format's: what the Workflow hears of, and how it ends itself.
import {
  ActivityFailure,
  ApplicationFailure,
  CancelledFailure,
  ChildWorkflowFailure,
  TerminatedFailure,
  TimeoutFailure,
} from '@temporalio/common';
import { asObject, type Json, type JsonObject } from './json.ts';
import { type Outcome, TaskFailure, type TaskStatus } from './pipeline.ts';

/** What an Activity throws: final for Temporal, because the interpreter decides whether it is tried again. */
export function activityFailure(
  message: string,
  status: 'FAILED' | 'FAILED_WITH_TERMINAL_ERROR',
  output: JsonObject = {},
): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, status, output);
}

/** What the Workflow throws when its pipeline has not completed. */
export function endedAs({ output, ...outcome }: Outcome): Error {
  const { status, reason = 'No reason was given.' } = outcome;
  return ApplicationFailure.nonRetryable(reason, `Pipeline ${status}`, { ...outcome, output });
}

/** Throws what an Activity or a child has failed with, as the failure of its task. */
export function failed(error: unknown): never {
  if (error instanceof ActivityFailure) throw taskFailure(error.cause);
  if (error instanceof ChildWorkflowFailure) throw childFailure(error.cause);
  throw error;
}

/** What an Activity has failed with, as the failure of its task. */
export function taskFailure(cause: unknown): TaskFailure {
  if (cause instanceof TimeoutFailure)
    return new TaskFailure('It took longer than its task definition allows.', { status: 'TIMED_OUT' });
  if (cause instanceof CancelledFailure) return new TaskFailure('Cancelled', { status: 'CANCELED' });
  if (!(cause instanceof ApplicationFailure)) return new TaskFailure(String(cause));
  const { type, message, details } = cause;
  const status = type === 'FAILED_WITH_TERMINAL_ERROR' ? type : 'FAILED';
  return new TaskFailure(message, { status, output: asObject(details?.[0] as Json) });
}

/** Conductor calls a run TERMINATED whose sub-workflow was; only one that failed makes it FAILED. */
const ENDED: Record<string, TaskStatus> = { TERMINATED: 'CANCELED', TIMED_OUT: 'TIMED_OUT' };

/** What a child has failed with, as the failure of its task. */
export function childFailure(cause: unknown): TaskFailure {
  if (cause instanceof CancelledFailure || cause instanceof TerminatedFailure)
    return new TaskFailure('Its run was terminated.', { status: 'CANCELED' });
  if (!(cause instanceof ApplicationFailure)) return taskFailure(cause);
  const outcome = asObject(cause.details?.[0] as Json);
  const status = ENDED[String(outcome.status)] ?? 'FAILED';
  return new TaskFailure(cause.message, { status, output: asObject(outcome.output) });
}
