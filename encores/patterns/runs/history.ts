// Reads in an Event History what the proofs are made of.
import { setTimeout as delay } from 'node:timers/promises';
import type { Client, WorkflowExecutionStatusName } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import { isAway } from '../../../hello-ip/support/service-error.ts';
import { userError } from '../../../hello-ip/support/user-error.ts';
import { toDate } from '../../../hello-ip/web/progress.ts';
import type { Execution } from '../client.ts';

type History = Awaited<ReturnType<ReturnType<Client['workflow']['getHandle']>['fetchHistory']>>;
export type Event = NonNullable<History['events']>[number];
type Failure = NonNullable<Event['workflowExecutionFailedEventAttributes']>['failure'];

const POLL_INTERVAL_MS = 100;
const PATIENCE_MS = 60_000;

/** A run that has closed, and how. */
export interface Closed extends Execution {
  status: WorkflowExecutionStatusName;
  events: Event[];
}

/** Waits for one run to close, also while the Temporal Service is away. */
export async function untilClosed(client: Client, execution: Execution): Promise<Closed> {
  const handle = client.workflow.getHandle(execution.workflowId, execution.runId);
  return untilThere(`${execution.workflowId} to close`, async () => {
    const { status } = await handle.describe();
    if (status.name === 'RUNNING') return undefined;
    const { events } = await handle.fetchHistory();
    return { ...execution, status: status.name, events: events ?? [] };
  });
}

/** Waits for every run of a chain, each of which has continued as the next. */
export async function untilChainClosed(client: Client, first: Execution): Promise<Closed[]> {
  const closed = await untilClosed(client, first);
  const next = closed.events.at(-1)?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId;
  if (!next) return [closed];
  return [closed, ...(await untilChainClosed(client, { ...first, runId: next }))];
}

/**
 * Looks again and again until there is something to see; a Temporal Service that is away will come back.
 * @throws a user error after a minute
 */
export async function untilThere<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  const bound = performance.now() + PATIENCE_MS;
  while (performance.now() < bound) {
    const seen = await look().catch((error) => {
      if (!isAway(error)) throw error;
    });
    if (seen !== undefined) return seen;
    await delay(POLL_INTERVAL_MS);
  }
  throw userError(
    `Waited ${PATIENCE_MS / 1000} s for ${what}. Start the Worker, if it is down: npm run stage start patterns`,
  );
}

/** A child as its parent's history tells of it. */
export interface Child extends Execution {
  type: string;
  started?: Event;
  ended?: Event;
}

export function childrenIn(events: Event[]): Child[] {
  return events.flatMap(({ eventId, startChildWorkflowExecutionInitiatedEventAttributes: initiated }) => {
    if (!initiated) return [];
    const { workflowId, workflowType } = initiated;
    const isOfIt = (attributes?: { initiatedEventId?: unknown } | null) =>
      String(attributes?.initiatedEventId) === String(eventId);
    const started = events.find((event) => isOfIt(event.childWorkflowExecutionStartedEventAttributes));
    const ended = events.find((event) =>
      [
        event.childWorkflowExecutionCompletedEventAttributes,
        event.childWorkflowExecutionFailedEventAttributes,
        event.childWorkflowExecutionTimedOutEventAttributes,
        event.childWorkflowExecutionCanceledEventAttributes,
        event.childWorkflowExecutionTerminatedEventAttributes,
      ].some(isOfIt),
    );
    const { runId } = started?.childWorkflowExecutionStartedEventAttributes?.workflowExecution ?? {};
    return [
      { workflowId: workflowId ?? '', runId: runId ?? '', type: workflowType?.name ?? '', started, ended },
    ];
  });
}

/** What a Workflow or a child has returned, if this is the event of its completion. */
export function resultIn(event: Event | undefined): unknown {
  const { result } =
    event?.workflowExecutionCompletedEventAttributes ??
    event?.childWorkflowExecutionCompletedEventAttributes ??
    event?.activityTaskCompletedEventAttributes ??
    {};
  const [payload] = result?.payloads ?? [];
  return payload && defaultPayloadConverter.fromPayload(payload);
}

/** The type of an error that our code has thrown, however deep it lies. */
export interface OurFailure {
  type: string;
  message: string;
  isRetryable: boolean;
}

/** What a Workflow or a child has failed with, if this is the event of its failure. */
export function failureIn(event: Event | undefined): OurFailure | undefined {
  const failed =
    event?.workflowExecutionFailedEventAttributes ??
    event?.childWorkflowExecutionFailedEventAttributes ??
    event?.activityTaskFailedEventAttributes;
  return ourFailure(failed?.failure);
}

function ourFailure(failure: Failure): OurFailure | undefined {
  if (!failure) return undefined;
  const { applicationFailureInfo: info, message, cause } = failure;
  if (!info) return ourFailure(cause);
  return { type: info.type ?? '', message: message ?? '', isRetryable: !info.nonRetryable };
}

/** Where and when: "#12 10:22:03.456". */
export function momentOf(event: Event | undefined): string {
  return event ? `#${event.eventId} ${timeOf(event)}` : 'never';
}

/** The time of day in UTC, which the Web UI shows if it is told to. */
export function timeOf(event: Event | undefined): string {
  return toDate(event?.eventTime)?.toISOString().slice(11, 23) ?? 'never';
}

/** Whether something is further up in the same history. */
export function isBefore(one: Event | undefined, other: Event | undefined): boolean {
  return one !== undefined && other !== undefined && Number(one.eventId) < Number(other.eventId);
}

/** Who has worked on it: "4711@host", one for each Worker, in the order of their first task. */
export function workersIn(events: Event[]): string[] {
  const identities = events.map(
    (event) =>
      (event.workflowTaskStartedEventAttributes ?? event.activityTaskStartedEventAttributes)?.identity,
  );
  return [...new Set(identities.filter((identity) => typeof identity === 'string'))];
}
