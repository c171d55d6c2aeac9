// Whether an exercise gives up on the location, after exactly five attempts, and says so.
import { setTimeout as delay } from 'node:timers/promises';
import { ApplicationFailure } from '@temporalio/common';
import type { CheckResult, ExerciseWorker, StartedGreeting } from '../exercise-worker.ts';

const PLACE = 'Vienna, Austria';
/** By then it is clear that the code will never give up. */
const FOR_EVER = 7;
const WAITING_WITHIN_MS = 5000;
const LOOK_INTERVAL_MS = 50;

/** What happens to a greeting if these Activities fail this many times before they succeed. */
async function greetWhile(worker: ExerciseWorker, failures: { getIP: number; getLocationInfo: number }) {
  const made = { getIP: 0, getLocationInfo: 0 };
  const failing = (activity: keyof typeof made, answer: string) => async () => {
    made[activity] += 1;
    if (made[activity] === FOR_EVER) throw ApplicationFailure.nonRetryable('it never gave up');
    if (made[activity] <= failures[activity]) throw new Error(`attempt ${made[activity]} fails on purpose`);
    return answer;
  };
  const activities = {
    getIP: failing('getIP', '198.51.100.7'),
    getLocationInfo: failing('getLocationInfo', PLACE),
  };
  const outcome = await worker.withWorker({ activities }, async (greet) => (await greet('Ziggy')).outcome());
  return { ...outcome, made };
}

/** How a greeting ends that is cancelled between two attempts at the location. */
async function cancelWhileRetrying(worker: ExerciseWorker): Promise<string> {
  const getLocationInfo = async () => {
    // The next attempt never comes: what ends the wait is the cancellation.
    throw ApplicationFailure.create({ message: 'fails on purpose', nextRetryDelay: '1 hour' });
  };
  return worker.withWorker({ activities: { getLocationInfo } }, async (greet) => {
    const greeting = await greet('Ziggy');
    await untilWaiting(greeting);
    await greeting.handle.cancel();
    await greeting.outcome();
    return (await greeting.handle.describe()).status.name;
  });
}

/** While an attempt runs, its failure would come first, and there would be nothing left to cancel. */
async function untilWaiting({ handle }: StartedGreeting): Promise<void> {
  const until = Date.now() + WAITING_WITHIN_MS;
  for (;;) {
    const { status, raw } = await handle.describe();
    const isWaiting = raw.pendingActivities?.some(({ attempt }) => Number(attempt) > 1);
    if (isWaiting || status.name !== 'RUNNING' || Date.now() > until) return;
    await delay(LOOK_INTERVAL_MS);
  }
}

/** Tries a location that never comes, one that comes at the last attempt, an address that takes a while, and a cancellation. */
export async function* checkGiveUp(worker: ExerciseWorker): AsyncGenerator<CheckResult> {
  // Side by side: the Temporal Service takes a second between attempts.
  const [never, atLast, slow, cancelled] = await Promise.all([
    greetWhile(worker, { getIP: 0, getLocationInfo: Number.POSITIVE_INFINITY }),
    greetWhile(worker, { getIP: 0, getLocationInfo: 4 }),
    greetWhile(worker, { getIP: 5, getLocationInfo: 0 }),
    cancelWhileRetrying(worker),
  ]);
  yield {
    holds: never.greeting !== undefined,
    fact: `While getLocationInfo fails: ${never.greeting ?? never.reason}`,
  };
  yield {
    holds: never.made.getLocationInfo === 5,
    fact: `It was tried ${never.made.getLocationInfo} times; it should be five.`,
  };
  yield {
    holds: /Ziggy/.test(never.greeting ?? '') && /\b(five|5)\b/i.test(never.greeting ?? ''),
    fact: 'The greeting contains the name, and says that there were five attempts.',
  };
  yield {
    holds: atLast.greeting?.includes(PLACE) ?? false,
    fact: `When the fifth attempt succeeds: ${atLast.greeting ?? atLast.reason}`,
  };
  yield {
    holds: slow.greeting?.includes(PLACE) ?? false,
    fact: `When getIP only succeeds at its sixth attempt: ${slow.greeting ?? slow.reason}`,
  };
  yield {
    holds: cancelled === 'CANCELLED',
    fact: `Cancelled while it retries, the greeting ends as ${cancelled}; it should be CANCELLED.`,
    hint: 'The cancellation of an Activity arrives as an ActivityFailure, with a CancelledFailure as its cause. isCancellation of @temporalio/workflow recognises it: throw it again.',
  };
}
