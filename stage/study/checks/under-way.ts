// Whether a greeting begun with the old code goes on by its old steps, while a new one takes the new step.
import { setTimeout as delay } from 'node:timers/promises';
import { WorkflowNotFoundError } from '@temporalio/client';
import {
  type CheckResult,
  type ExerciseOutcome,
  type ExerciseWorker,
  type StartedGreeting,
  scheduled,
  whyTaskFailed,
} from '../exercise-worker.ts';

/** Always the same, so that a greeting that waits after one check goes on in the next. */
const WORKFLOW_ID = 'study-under-way';
const TASK_QUEUE = 'study-under-way';
const DECIDED_WITHIN_MS = 10_000;
const LOOK_INTERVAL_MS = 50;

type Ended = Pick<ExerciseOutcome, 'greeting' | 'reason' | 'events'>;

/** Runs the old code up to the Timer and the reader's from there on, and starts a new greeting beside it. */
export async function* checkUnderWay(worker: ExerciseWorker): AsyncGenerator<CheckResult> {
  const [{ old, hasWaited }, fresh] = await Promise.all([
    greetAcrossTheChange(worker),
    worker.withWorker({}, async (greet) => (await greet('Ada')).outcome()),
  ]);
  if (hasWaited)
    yield {
      holds: true,
      fact: 'The greeting that waited since the last check goes on, as if nothing had happened.',
    };
  yield* goesOnAsBegun(old);
  const names = scheduled(fresh).join(', ');
  yield { holds: fresh.greeting !== undefined, fact: `A new greeting: ${fresh.greeting ?? fresh.reason}` };
  yield {
    holds: names === 'getIP, getWeather, getLocationInfo',
    fact: `Its Activities: ${names || 'none'}; getWeather should be the second of three.`,
    hint: 'For what begins now, patched returns true: the new step belongs on that side.',
  };
}

async function greetAcrossTheChange(worker: ExerciseWorker): Promise<{ old: Ended; hasWaited: boolean }> {
  const waiting = await carryOn(worker);
  if (waiting) return { old: waiting, hasWaited: true };
  await beginWithOldCode(worker);
  return { old: await finishWithNewCode(worker), hasWaited: false };
}

function* goesOnAsBegun(old: Ended): Generator<CheckResult> {
  const failure = whyTaskFailed(old.events);
  if (old.greeting === undefined && failure) {
    yield {
      holds: false,
      fact: `The greeting under way waits; nothing of it is lost. Its Workflow Task failed: ${failure}`,
      hint: "Its Event History has a Timer after getIP, and this code calls getWeather there. Put the new step behind patched('weather').",
    };
    return;
  }
  const names = scheduled(old).join(', ');
  yield { holds: old.greeting !== undefined, fact: `The greeting under way: ${old.greeting ?? old.reason}` };
  yield {
    holds: names === 'getIP, getLocationInfo',
    fact: `Its Activities: ${names}; it should go on by the steps with which it was begun: getIP, getLocationInfo.`,
    hint: 'The new step belongs in front of the sleep, which the old greeting has gone past.',
  };
}

/** The greeting that the last check has left waiting, if the code lets it end now; one that still waits is given up. */
async function carryOn(worker: ExerciseWorker): Promise<ExerciseOutcome | undefined> {
  return worker.withWorker({ taskQueue: TASK_QUEUE }, async (_greet, follow) => {
    const greeting = follow(WORKFLOW_ID);
    const before = await attemptsOf(greeting);
    if (before === undefined) return undefined;
    const until = Date.now() + DECIDED_WITHIN_MS;
    for (;;) {
      const attempts = await attemptsOf(greeting);
      if (attempts === undefined) return greeting.outcome();
      if (attempts > before || Date.now() > until) break;
      await delay(LOOK_INTERVAL_MS);
    }
    await greeting.handle.terminate('begun anew for the next check');
    return undefined;
  });
}

/** How often its Workflow Task was attempted; undefined if there is no such greeting, or it has ended. */
async function attemptsOf({ handle }: StartedGreeting): Promise<number | undefined> {
  try {
    const { status, raw } = await handle.describe();
    return status.name === 'RUNNING' ? Number(raw.pendingWorkflowTask?.attempt ?? 0) : undefined;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

async function beginWithOldCode(worker: ExerciseWorker): Promise<void> {
  await worker.withWorker({ code: 'before', taskQueue: TASK_QUEUE }, async (greet) => {
    const greeting = await greet('Ziggy', WORKFLOW_ID);
    await greeting.untilHistory((events) => events.some((event) => event.timerStartedEventAttributes));
  });
}

/** How it ended, or that it waits. */
async function finishWithNewCode(worker: ExerciseWorker): Promise<Ended> {
  return worker.withWorker({ taskQueue: TASK_QUEUE }, async (_greet, follow) => {
    const greeting = follow(WORKFLOW_ID);
    const events = await greeting.untilHistory((seen) => whyTaskFailed(seen) !== undefined);
    return whyTaskFailed(events) === undefined ? greeting.outcome() : { events };
  });
}
