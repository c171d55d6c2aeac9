// The few facts of an Event History that a timeline is drawn from, read from Temporal's objects or from their JSON.

export const ACTIVITIES = ['getIP', 'getLocationInfo'] as const;
export type Activity = (typeof ACTIVITIES)[number];

/** One Activity, all times in milliseconds since 1970. The history keeps only its last attempt. */
export interface ActivityFacts {
  name: Activity;
  scheduled: number;
  /** When its last attempt started. */
  started?: number;
  attempt?: number;
  closed?: number;
  succeeded?: boolean;
}

/** A Workflow Task: from when it was there until a Worker took it. */
export interface TaskFacts {
  scheduled: number;
  started?: number;
}

/** All that is known of one run. */
export interface Facts {
  start: number;
  /** When it ended, if it has. */
  end?: number;
  completed: boolean;
  activities: ActivityFacts[];
  timer?: { started: number; due: number; fired?: number };
  tasks: TaskFacts[];
}

type Time = { seconds?: unknown; nanos?: number | null } | string | null | undefined;
type Id = unknown;

/** What is read of an event: Temporal's own object, or what `historyToJSON` makes of it. */
export interface RawEvent {
  eventId?: Id;
  eventTime?: Time;
  activityTaskScheduledEventAttributes?: { activityType?: { name?: string | null } | null } | null;
  activityTaskStartedEventAttributes?: { scheduledEventId?: Id; attempt?: number | null } | null;
  activityTaskCompletedEventAttributes?: { scheduledEventId?: Id } | null;
  activityTaskFailedEventAttributes?: { scheduledEventId?: Id } | null;
  activityTaskTimedOutEventAttributes?: { scheduledEventId?: Id } | null;
  activityTaskCanceledEventAttributes?: { scheduledEventId?: Id } | null;
  timerStartedEventAttributes?: { startToFireTimeout?: Time } | null;
  timerFiredEventAttributes?: object | null;
  workflowTaskScheduledEventAttributes?: object | null;
  workflowTaskStartedEventAttributes?: { scheduledEventId?: Id } | null;
  workflowExecutionCompletedEventAttributes?: object | null;
  workflowExecutionFailedEventAttributes?: object | null;
  workflowExecutionCanceledEventAttributes?: object | null;
  workflowExecutionTerminatedEventAttributes?: object | null;
  workflowExecutionTimedOutEventAttributes?: object | null;
}

/** The facts of a history; undefined while it is empty. */
export function factsOf(events: readonly RawEvent[]): Facts | undefined {
  const [first] = events;
  if (!first) return undefined;
  const last = events.at(-1) as RawEvent;
  const completed = Boolean(last.workflowExecutionCompletedEventAttributes);
  return {
    start: timeOf(first.eventTime),
    end: isEnd(last) ? timeOf(last.eventTime) : undefined,
    completed,
    activities: ACTIVITIES.flatMap((name) => activityFacts(events, name) ?? []),
    timer: timerFacts(events),
    tasks: events
      .filter((event) => event.workflowTaskScheduledEventAttributes)
      .map((event) => taskFacts(events, event)),
  };
}

function activityFacts(events: readonly RawEvent[], name: Activity): ActivityFacts | undefined {
  const scheduled = events.find(
    (event) => event.activityTaskScheduledEventAttributes?.activityType?.name === name,
  );
  if (!scheduled) return undefined;
  const isIts = (of?: { scheduledEventId?: Id } | null) =>
    Boolean(of) && String(of?.scheduledEventId) === String(scheduled.eventId);
  const started = events.find((event) => isIts(event.activityTaskStartedEventAttributes));
  const succeeded = events.find((event) => isIts(event.activityTaskCompletedEventAttributes));
  const closed =
    succeeded ??
    events.find(
      (event) =>
        isIts(event.activityTaskFailedEventAttributes) ||
        isIts(event.activityTaskTimedOutEventAttributes) ||
        isIts(event.activityTaskCanceledEventAttributes),
    );
  return {
    name,
    scheduled: timeOf(scheduled.eventTime),
    started: started && timeOf(started.eventTime),
    attempt: started?.activityTaskStartedEventAttributes?.attempt ?? undefined,
    closed: closed && timeOf(closed.eventTime),
    succeeded: closed && closed === succeeded,
  };
}

function timerFacts(events: readonly RawEvent[]): Facts['timer'] {
  const event = events.find((candidate) => candidate.timerStartedEventAttributes);
  if (!event) return undefined;
  const started = timeOf(event.eventTime);
  const fired = events.find((candidate) => candidate.timerFiredEventAttributes);
  return {
    started,
    due: started + timeOf(event.timerStartedEventAttributes?.startToFireTimeout),
    fired: fired && timeOf(fired.eventTime),
  };
}

function taskFacts(events: readonly RawEvent[], scheduled: RawEvent): TaskFacts {
  const started = events.find(
    ({ workflowTaskStartedEventAttributes: of }) =>
      of && String(of.scheduledEventId) === String(scheduled.eventId),
  );
  return { scheduled: timeOf(scheduled.eventTime), started: started && timeOf(started.eventTime) };
}

function isEnd(event: RawEvent): boolean {
  return Boolean(
    event.workflowExecutionCompletedEventAttributes ??
      event.workflowExecutionFailedEventAttributes ??
      event.workflowExecutionCanceledEventAttributes ??
      event.workflowExecutionTerminatedEventAttributes ??
      event.workflowExecutionTimedOutEventAttributes,
  );
}

/** Milliseconds: of a protobuf timestamp or duration, of an ISO time, or of "3s". */
function timeOf(time: Time): number {
  if (!time) return 0;
  if (typeof time !== 'string') return Number(time.seconds ?? 0) * 1000 + Number(time.nanos ?? 0) / 1e6;
  return time.endsWith('s') ? Number.parseFloat(time) * 1000 : Date.parse(time);
}
