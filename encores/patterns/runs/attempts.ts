// Reads in an Event History how an Activity was attempted: how often, what went wrong on the way, and how it ended.
import { decodeTimeoutType } from '@temporalio/common';
import { type Event, resultIn } from './history.ts';

type Failure = NonNullable<Event['activityTaskStartedEventAttributes']>['lastFailure'];

/** How an Activity went. A time-out is named as Temporal names it: START_TO_CLOSE, SCHEDULE_TO_CLOSE, HEARTBEAT. */
export interface Attempts {
  count: number;
  /** Of the last attempt that had a successor, or that no successor had time for: the history keeps no more. */
  wentWrong?: string;
  /** "completed", or why it did not. */
  ended: string;
  result?: unknown;
}

/** The attempts at the one Activity of a Workflow that has closed. */
export function attemptsIn(events: Event[]): Attempts {
  const started = events.find((event) => event.activityTaskStartedEventAttributes);
  const { attempt = 0, lastFailure } = started?.activityTaskStartedEventAttributes ?? {};
  const end = events.find(
    (event) =>
      event.activityTaskCompletedEventAttributes ??
      event.activityTaskFailedEventAttributes ??
      event.activityTaskTimedOutEventAttributes ??
      event.activityTaskCanceledEventAttributes,
  );
  const failure =
    end?.activityTaskFailedEventAttributes?.failure ?? end?.activityTaskTimedOutEventAttributes?.failure;
  const result = resultIn(end);
  return {
    count: attempt ?? 0,
    wentWrong: whatIs(lastFailure) ?? whatIs(failure?.cause),
    ended: end ? (whatIs(failure) ?? (result === undefined ? 'canceled' : 'completed')) : 'never',
    result,
  };
}

function whatIs(failure: Failure): string | undefined {
  const { timeoutFailureInfo: timeout, applicationFailureInfo: ours } = failure ?? {};
  if (timeout) return decodeTimeoutType(timeout.timeoutType);
  return ours?.type ?? undefined;
}
