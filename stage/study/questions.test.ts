// What each Event History says about each question, in variations of a committed one: every letter can be the answer.
import { readFileSync } from 'node:fs';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { describe, expect, it } from 'vitest';
import { progressOf } from '../../hello-ip/web/progress.ts';
import type { GreetingSnapshot } from '../claims/observations.ts';
import { listDrills } from '../notes/pages.ts';
import { readStudyOrder } from './args.ts';
import { QUESTIONS } from './questions.ts';

type Json = { eventId: string; eventTime: string; eventType: string } & Record<string, unknown>;

const committed: { events: Json[] } = JSON.parse(
  readFileSync(new URL('../../test/histories/greeting.json', import.meta.url), 'utf8'),
);
const TIMER_STARTED = 11;
const TIMER_FIRED = 12;
const AFTER_TIMER = 14;
const BUG = '"ttp://ip-api.com/json/1.2.3.4" is not an http address.';
const CUT = 'ip-api.com refused the connection.';

/** The committed greeting, changed; the events are renumbered. */
function seen(change: (events: Json[]) => Json[] = (events) => events): GreetingSnapshot {
  const events = change(structuredClone(committed.events));
  const history = historyFromJSON({ events }).events ?? [];
  const description = { runId: 'r', status: { name: 'COMPLETED' }, raw: {} } as unknown as Parameters<
    typeof progressOf
  >[0];
  const progress = progressOf(description, history);
  return {
    workflowId: 'greeting-ziggy',
    runId: 'r',
    historyLength: events.length,
    events: history,
    progress,
  };
}

/** Everything from this event on happens later. */
function delayed(from: number, seconds: number) {
  return (events: Json[]) =>
    events.map((event) =>
      Number(event.eventId) < from
        ? event
        : { ...event, eventTime: new Date(Date.parse(event.eventTime) + seconds * 1000).toISOString() },
    );
}

/** Another Worker took this task. */
function otherWorker(events: Json[]): Json[] {
  return events.map((event) =>
    event.eventId === String(AFTER_TIMER)
      ? { ...event, workflowTaskStartedEventAttributes: { scheduledEventId: '13', identity: 'other@stage' } }
      : event,
  );
}

/** A copy of one event comes after another. */
function repeated(id: number, behind: number) {
  return (events: Json[]) =>
    events.flatMap((event) =>
      event.eventId === String(behind) ? [event, { ...(events[id - 1] as Json), eventId: '99' }] : [event],
    );
}

function without(id: number) {
  return (events: Json[]) => events.filter((event) => event.eventId !== String(id));
}

function retried(failure: string) {
  return (events: Json[]) =>
    events.map((event) =>
      event.eventId === '17'
        ? {
            ...event,
            activityTaskStartedEventAttributes: {
              scheduledEventId: '16',
              attempt: 4,
              lastFailure: { message: failure },
            },
          }
        : event,
    );
}

const failed = (events: Json[]) =>
  events.flatMap((event) =>
    event.eventId === '17'
      ? [
          event,
          {
            eventId: '98',
            eventTime: event.eventTime,
            eventType: 'EVENT_TYPE_ACTIVITY_TASK_FAILED',
            activityTaskFailedEventAttributes: { scheduledEventId: '16' },
          },
        ]
      : [event],
  );

function answerOf(name: string, greeting: GreetingSnapshot): string | undefined {
  return QUESTIONS.find((question) => question.name === name)?.look(greeting)?.letter;
}

const both = (...changes: ((events: Json[]) => Json[])[]) =>
  seen((events) => changes.reduce((done, change) => change(done), events));

describe('an Event History', () => {
  it.each([
    ['success', 'b', seen()],
    ['success', 'c', seen(without(7))],
    ['success', 'a', both(without(18), without(7))],
    ['timer', 'b', seen()],
    ['timer', 'c', seen(repeated(9, TIMER_STARTED))],
    ['timer', 'a', seen(repeated(7, TIMER_STARTED))],
    ['timer', undefined, seen(delayed(TIMER_FIRED, 4))],
    ['worker-kill', 'c', both(otherWorker, delayed(AFTER_TIMER, 4))],
    ['worker-kill', 'a', both(otherWorker, repeated(TIMER_STARTED, TIMER_STARTED))],
    ['worker-kill', 'b', both(otherWorker, without(TIMER_FIRED))],
    ['worker-kill', undefined, seen()],
    ['worker-kill', undefined, seen(otherWorker)],
    ['worker-kill', undefined, both(otherWorker, delayed(TIMER_FIRED, 4))],
    ['service-kill', 'a', seen(delayed(TIMER_FIRED, 4))],
    ['service-kill', 'b', seen(delayed(AFTER_TIMER, 4))],
    ['service-kill', 'c', seen(repeated(TIMER_STARTED, TIMER_STARTED))],
    ['service-kill', undefined, seen()],
    ['service-kill', undefined, both(otherWorker, delayed(TIMER_FIRED, 4))],
    ['bug', 'c', seen(retried(BUG))],
    ['bug', 'a', both(retried(BUG), failed)],
    ['bug', 'b', both(retried(BUG), repeated(16, 18))],
    ['bug', undefined, seen(retried(CUT))],
    ['bug', undefined, seen()],
    ['network-cut', 'b', seen(retried(CUT))],
    ['network-cut', 'c', both(retried(CUT), repeated(14, 17))],
    ['network-cut', 'a', both(retried(CUT), repeated(14, 17), repeated(14, 17))],
    ['network-cut', undefined, seen(retried(BUG))],
    ['network-cut', undefined, seen()],
  ])('about %s can say %s', (name, letter, greeting) => {
    expect(answerOf(name, greeting)).toBe(letter);
  });
});

describe('the questions', () => {
  it('are those of the six demos, in their order', () => {
    expect(QUESTIONS.map(({ name }) => name)).toEqual(
      listDrills()
        .map(({ name }) => name)
        .filter((name) => name !== 'teaser'),
    );
  });

  it.each([
    ['worker-kil', 'Did you mean: npm run study worker-kill'],
    ['timer d', '"d" is not a, b or c. For example: npm run study timer a'],
    ['give-up start', 'Run: npm run study give-up solution'],
    ['timer a b', 'One at a time. Run: npm run study timer a'],
  ])('%s is refused, with what to say instead', (said, message) => {
    expect(() => readStudyOrder(said.split(' '))).toThrow(message);
  });
});
