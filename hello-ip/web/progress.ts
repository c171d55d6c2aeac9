// What can be said about one execution without any Worker: facts from its description and its Event History.
import type { Client, WorkflowExecutionDescription, WorkflowHandle } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import { z } from 'zod';
import type { GreetingInput, GreetingResult } from '../greeting.ts';

/** The status of an execution, in the Temporal Service's own words. */
export type Status = WorkflowExecutionDescription['status']['name'];

/** A step of the Workflow: not yet begun, begun, or completed with its result. */
export interface Step {
  begun: boolean;
  completed: boolean;
  result?: string;
}

/** The Durable Timer; its due time is known once it has begun. */
export interface TimerStep extends Step {
  due?: Date;
}

/** An Activity that has not completed yet; the Event History does not record its failed attempts. */
export interface PendingActivity {
  attempt: number;
  running: boolean;
  failure?: string;
  /** Only while it is in the future; once due, the next attempt waits for a Worker. */
  nextAttempt?: Date;
}

/** The facts about one greeting, as the Temporal Service gave them at one moment. */
export interface Progress {
  runId: string;
  status: Status;
  greeting: GreetingInput;
  getIP: Step;
  /** Only if the greeting sleeps. */
  timer?: TimerStep;
  getLocationInfo: Step;
  pending?: PendingActivity;
  /** Since when the first Workflow Task has been waiting for a Worker to take it. */
  taskWaitingSince?: Date;
  address?: GreetingResult;
  /** Why it failed, or who ended it. */
  reason?: string;
}

type Event = NonNullable<Awaited<ReturnType<WorkflowHandle['fetchHistory']>>['events']>[number];
type Timestamp = { seconds?: { toNumber(): number } | number | null; nanos?: number | null };
type Payload = Parameters<typeof defaultPayloadConverter.fromPayload>[0];

const greetingSchema = z.object({ name: z.string(), seconds: z.coerce.number() });
const addressSchema = z.object({ ipAddress: z.string(), location: z.string() });

/** temporal.api.enums.v1.PendingActivityState */
const PENDING_ACTIVITY_STATE_STARTED = 2;

/** The one Workflow type that the page can show. */
export const WORKFLOW_TYPE = 'getAddressFromIP';

/**
 * Reads the facts about one execution, in 2 to 4 ms; the history is read only if it has grown since `previous`.
 * @returns undefined if the id belongs to no greeting
 * @throws a gRPC service error when the Temporal Service does not answer
 */
export async function readProgress(
  client: Client,
  workflowId: string,
  previous?: Reading,
): Promise<Reading | undefined> {
  const handle = client.workflow.getHandle(workflowId);
  const description = await handle.describe();
  if (description.type !== WORKFLOW_TYPE) return undefined;
  const known = previous?.runId === description.runId && previous.historyLength === description.historyLength;
  const events = known ? previous.events : ((await handle.fetchHistory()).events ?? []);
  return {
    runId: description.runId,
    historyLength: description.historyLength,
    events,
    progress: progressOf(description, events),
  };
}

/** One look at an execution, to be passed to the next look. */
export interface Reading {
  runId: string;
  historyLength: number;
  events: Event[];
  progress: Progress;
}

/** Extracts the facts from a description and the events of its history. */
export function progressOf(
  description: Pick<WorkflowExecutionDescription, 'runId' | 'status' | 'raw'>,
  events: Event[],
): Progress {
  const started = events[0]?.workflowExecutionStartedEventAttributes;
  const last = events.at(-1);
  const greeting = decode(greetingSchema, started?.input?.payloads) ?? { name: 'you', seconds: 0 };
  return {
    runId: description.runId,
    status: description.status.name,
    greeting,
    getIP: activityStep(events, 'getIP'),
    timer: greeting.seconds > 0 ? timerStep(events) : undefined,
    getLocationInfo: activityStep(events, 'getLocationInfo'),
    pending: pendingActivity(description),
    taskWaitingSince: taskWaitingSince(description, events),
    address: decode(addressSchema, last?.workflowExecutionCompletedEventAttributes?.result?.payloads),
    reason: reasonOf(last),
  };
}

function activityStep(events: Event[], activity: string): Step {
  const scheduled = events.find(
    (event) => event.activityTaskScheduledEventAttributes?.activityType?.name === activity,
  );
  if (!scheduled) return { begun: false, completed: false };
  const completed = events
    .map((event) => event.activityTaskCompletedEventAttributes)
    .find((attributes) => attributes && String(attributes.scheduledEventId) === String(scheduled.eventId));
  return {
    begun: true,
    completed: Boolean(completed),
    result: decode(z.string(), completed?.result?.payloads),
  };
}

function timerStep(events: Event[]): TimerStep {
  const started = events.find((event) => event.timerStartedEventAttributes);
  const begunAt = toDate(started?.eventTime)?.getTime();
  if (begunAt === undefined) return { begun: false, completed: false };
  const lasts = toMilliseconds(started?.timerStartedEventAttributes?.startToFireTimeout) ?? 0;
  const fired = events.some((event) => event.timerFiredEventAttributes);
  return { begun: true, completed: fired, due: new Date(begunAt + lasts) };
}

function pendingActivity({ raw }: Pick<WorkflowExecutionDescription, 'raw'>): PendingActivity | undefined {
  const pending = raw.pendingActivities?.[0];
  if (!pending) return undefined;
  return {
    attempt: pending.attempt ?? 1,
    running: pending.state === PENDING_ACTIVITY_STATE_STARTED,
    failure: pending.lastFailure?.message ?? undefined,
    nextAttempt: toDate(pending.nextAttemptScheduleTime),
  };
}

function taskWaitingSince(
  { raw }: Pick<WorkflowExecutionDescription, 'raw'>,
  events: Event[],
): Date | undefined {
  const task = raw.pendingWorkflowTask;
  if (!task || task.startedTime || events.length > 2) return undefined;
  return toDate(task.originalScheduledTime ?? task.scheduledTime);
}

function reasonOf(last: Event | undefined): string | undefined {
  const failure = last?.workflowExecutionFailedEventAttributes?.failure;
  if (failure) return failure.cause?.message ?? failure.message ?? undefined;
  return last?.workflowExecutionTerminatedEventAttributes?.reason ?? undefined;
}

/** The first payload, if it has the expected shape; an execution that somebody else started may hold anything. */
function decode<T>(schema: z.ZodType<T>, payloads: unknown[] | null | undefined): T | undefined {
  const [payload] = payloads ?? [];
  if (!payload) return undefined;
  try {
    return schema.safeParse(defaultPayloadConverter.fromPayload(payload as Payload)).data;
  } catch {
    return undefined;
  }
}

/** A protobuf timestamp as a Date. */
export function toDate(timestamp: Timestamp | null | undefined): Date | undefined {
  const milliseconds = toMilliseconds(timestamp);
  return milliseconds === undefined ? undefined : new Date(milliseconds);
}

function toMilliseconds(timestamp: Timestamp | null | undefined): number | undefined {
  if (!timestamp) return undefined;
  return Number(timestamp.seconds ?? 0) * 1000 + Number(timestamp.nanos ?? 0) / 1_000_000;
}
