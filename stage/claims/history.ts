// Facts from one look at a greeting, with event ids and times, in words for a terminal.
import { type Reading, toDate } from '../../hello-ip/web/progress.ts';
import { ACTIVITIES, type Activity } from '../../hello-ip/web/timeline/facts.ts';
import type { GreetingSnapshot } from './observations.ts';

export type Event = Reading['events'][number];

/** HH:MM:SS.mmm, in the time zone of this machine. */
export function clock(time: Date): string {
  const milliseconds = String(time.getMilliseconds()).padStart(3, '0');
  return `${time.toTimeString().slice(0, 8)}.${milliseconds}`;
}

/** When an event was written, in milliseconds since 1970. */
export function timeOf(event: Event): number {
  return toDate(event.eventTime)?.getTime() ?? 0;
}

/** "Timer Fired (event 12, 14:02:03.123)" */
export function cite(name: string, event: Event): string {
  return `${name} (event ${event.eventId}, ${clock(new Date(timeOf(event)))})`;
}

export function timerOf({ events }: GreetingSnapshot): { started?: Event; fired?: Event } {
  return {
    started: events.find((event) => event.timerStartedEventAttributes),
    fired: events.find((event) => event.timerFiredEventAttributes),
  };
}

/** The events of one Activity; its failed attempts are not among them. */
export function activityOf({ events }: GreetingSnapshot, activity: Activity) {
  const scheduled = events.filter(
    (event) => event.activityTaskScheduledEventAttributes?.activityType?.name === activity,
  );
  const ids = scheduled.map(({ eventId }) => String(eventId));
  const started = events.filter(({ activityTaskStartedEventAttributes: attributes }) =>
    ids.includes(String(attributes?.scheduledEventId)),
  );
  const completed = events.filter(({ activityTaskCompletedEventAttributes: attributes }) =>
    ids.includes(String(attributes?.scheduledEventId)),
  );
  return { scheduled, started, completed };
}

/** What is known about an Activity that has been scheduled and has not ended. */
export function pendingOf({ progress }: GreetingSnapshot, activity: Activity) {
  const step = progress[activity];
  return step.begun && !step.completed ? progress.pending : undefined;
}

/** The attempts that were made or are being made: failed ones are known only while it retries. */
export function attemptsMade(seen: GreetingSnapshot, activity: Activity): number {
  const pending = pendingOf(seen, activity);
  if (pending) return pending.running ? pending.attempt : pending.attempt - 1;
  const attempts = activityOf(seen, activity).started.map(
    (event) => event.activityTaskStartedEventAttributes?.attempt ?? 0,
  );
  return Math.max(0, ...attempts);
}

/** "attempt 3 in 1.2 s" */
export function nextAttempt({ progress }: GreetingSnapshot, now = Date.now()): string {
  const { attempt = 1, running, nextAttempt: due } = progress.pending ?? {};
  if (running) return `attempt ${attempt} is running`;
  const seconds = due ? (due.getTime() - now) / 1000 : 0;
  return seconds > 0
    ? `attempt ${attempt} in ${seconds.toFixed(1)} s`
    : `attempt ${attempt} waits for a Worker`;
}

/** The state of the greeting, in one line. */
export function standing(seen: GreetingSnapshot): string {
  const { status, pending, reason, timer } = seen.progress;
  const last = seen.events.at(-1);
  if (status !== 'RUNNING') {
    const end = `it is ${status.toLowerCase().replaceAll('_', ' ')}`;
    return (last ? cite(end, last) : end) + (reason ? `: ${reason}` : '');
  }
  const { started, fired } = timerOf(seen);
  const activity = ACTIVITIES.find((name) => pendingOf(seen, name));
  if (activity && pending?.failure)
    return `${activity} is retrying, ${nextAttempt(seen)}: ${pending.failure}`;
  if (activity && pending)
    return pending.running ? `${activity} is running` : `${activity} waits for a Worker`;
  if (started && !fired) return `${cite('Timer Started', started)}, ${untilDue(timer?.due)}`;
  if (fired) return cite('Timer Fired', fired);
  return last ? `${cite('the last', last)} is ${titleOf(last)}` : 'its Event History is empty';
}

/** "due 14:02:03.123, in 2.0 s" */
export function untilDue(due: Date | undefined, now = Date.now()): string {
  if (!due) return 'due at an unknown time';
  const seconds = (due.getTime() - now) / 1000;
  const left = seconds > 0 ? `in ${seconds.toFixed(1)} s` : `${(-seconds).toFixed(1)} s ago`;
  return `due ${clock(due)}, ${left}`;
}

/** "Workflow Task Scheduled", as the Web UI calls it. */
export function titleOf(event: Event): string {
  const attributes = Object.entries(event).find(
    ([name, value]) => name.endsWith('EventAttributes') && value,
  )?.[0];
  const words = (attributes ?? 'unknownEventAttributes')
    .replace(/EventAttributes$/, '')
    .replace(/([A-Z])/g, ' $1');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
