// The committed Event History of a real greeting, in the words of the Web UI.
import history from '../test/histories/greeting.json';

/** One event: "Timer Started", and what is worth saying of it. */
export interface EventRow {
  id: number;
  title: string;
  note: string;
}

const rows = history.events.map(rowOf);

/** The event of this id; the first is 1. */
export function eventOf(id: number): EventRow {
  const row = rows[id - 1];
  if (!row) throw new Error(`The history of the deck has no event ${id}.`);
  return row;
}

function rowOf(event: (typeof history.events)[number]): EventRow {
  const words = event.eventType.replace('EVENT_TYPE_', '').toLowerCase().split('_');
  const title = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(' ');
  return { id: Number(event.eventId), title, note: noteOf(event) };
}

function noteOf(event: (typeof history.events)[number]): string {
  const { activityTaskScheduledEventAttributes: scheduled, timerStartedEventAttributes: timer } = event;
  const result =
    event.activityTaskCompletedEventAttributes?.result ??
    event.workflowExecutionCompletedEventAttributes?.result;
  if (scheduled) return scheduled.activityType.name;
  if (timer) return timer.startToFireTimeout.replace(/s$/, ' s');
  return result ? atob(result.payloads[0]?.data ?? '').replaceAll('"', '') : '';
}
