// Keeps what happened to a greeting: its Event History, what was seen meanwhile and the log of faults, for the timelines of the deck.
import type { Client } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import { readProgress } from '../../hello-ip/web/progress.ts';
import { createReader, isFinal } from '../../hello-ip/web/reader.ts';
import type { RawEvent } from '../../hello-ip/web/timeline/facts.ts';
import type { Fault } from '../../hello-ip/web/timeline/faults.ts';
import type { Sightings } from '../../hello-ip/web/timeline/timeline.ts';
import { type Event, timeOf, titleOf } from '../claims/history.ts';
import type { Witness } from './rehearsal.ts';

/** One event as a file keeps it: its name as in the Web UI, and of its attributes what a timeline needs. */
export interface KeptEvent extends RawEvent {
  eventId: number;
  eventTime: string;
  title: string;
  /** What an Activity or the Workflow has returned. */
  result?: unknown;
}

/** One greeting, as a file keeps it. */
export interface KeptGreeting {
  workflowId: string;
  events: KeptEvent[];
  seen: Sightings;
  faults: Fault[];
}

/** Keeps the last greeting of each drill that it is told of; `write` gets the name of the drill and the greeting. */
export function historian(
  client: Client,
  readFaults: () => Fault[],
  write: (name: string, kept: KeptGreeting) => void,
): Witness {
  let finish: ReturnType<typeof keepGreeting> | undefined;
  return {
    heard({ name }, said) {
      const address = said.find((line) => line.includes('/greetings/'));
      // The bonus has a second greeting, which is cancelled; its picture is of the first.
      if (address && !(finish && name === 'network-cut'))
        finish = keepGreeting(client, decodeURIComponent(address.split('/').at(-1) ?? ''), readFaults);
    },
    async afterDrill({ name }) {
      const kept = await finish?.();
      finish = undefined;
      if (kept) write(name, kept);
    },
  };
}

/** Follows a greeting until it ends or the returned function is called, which gives what happened to it. */
export function keepGreeting(
  client: Client,
  workflowId: string,
  readFaults: () => Fault[],
): () => Promise<KeptGreeting | undefined> {
  let seen: Sightings | undefined;
  const unfollow = createReader(client).follow(workflowId, (snapshot) => {
    seen = snapshot.seen;
    if (isFinal(snapshot)) unfollow();
  });
  return async () => {
    unfollow();
    const { events = [] } = (await readProgress(client, workflowId)) ?? {};
    const [first, last] = [events[0], events.at(-1)];
    if (!seen || !first || !last) return undefined;
    const [from, to] = [timeOf(first), timeOf(last)];
    const faults = readFaults().filter(({ at, over = Number.POSITIVE_INFINITY }) => at <= to && over >= from);
    return { workflowId, events: events.map(keepEvent), seen, faults };
  };
}

function keepEvent(event: Event): KeptEvent {
  const name = Object.keys(event).find((key) => key.endsWith('EventAttributes') && event[key as keyof Event]);
  const { scheduledEventId } = (name ? event[name as keyof Event] : {}) as { scheduledEventId?: unknown };
  const {
    activityTaskScheduledEventAttributes: scheduled,
    activityTaskStartedEventAttributes: started,
    timerStartedEventAttributes: timer,
  } = event;
  const kept = {
    ...(scheduledEventId ? { scheduledEventId: Number(scheduledEventId) } : {}),
    ...(started && { attempt: started.attempt }),
    ...(scheduled && { activityType: { name: scheduled.activityType?.name } }),
    ...(timer && { startToFireTimeout: `${Number(timer.startToFireTimeout?.seconds)}s` }),
  };
  return {
    eventId: Number(event.eventId),
    eventTime: new Date(timeOf(event)).toISOString(),
    title: titleOf(event),
    result: resultOf(
      event.activityTaskCompletedEventAttributes ?? event.workflowExecutionCompletedEventAttributes,
    ),
    ...(name && { [name]: kept }),
  };
}

type WithResult = Pick<NonNullable<Event['activityTaskCompletedEventAttributes']>, 'result'>;

function resultOf(completed: WithResult | null | undefined): unknown {
  const [payload] = completed?.result?.payloads ?? [];
  return payload && defaultPayloadConverter.fromPayload(payload as never);
}
