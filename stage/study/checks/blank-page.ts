// Whether a reader's own Worker and Workflow get to the end, although the Worker is killed in the middle.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { WorkflowHandle } from '@temporalio/client';
import type { Event } from '../../claims/history.ts';
import { withClient } from '../../control/service-client.ts';
import {
  type CheckResult,
  type ExerciseOutcome,
  type ExerciseWorker,
  outcomeOf,
  scheduled,
  untilHistory,
  whyTaskFailed,
} from '../exercise-worker.ts';
import { startOwnWorker } from '../own-worker.ts';

const TASK_QUEUE = 'study-blank-page';
const FILES = {
  'workflow.ts': 'should export the Workflow greet',
  'worker.ts': `should poll the Task Queue "${TASK_QUEUE}" at process.env.TEMPORAL_ADDRESS until it is told to stop`,
};
/** A Worker that bundles its Workflow first, on a slow machine. */
const ASLEEP_WITHIN_MS = 20_000;
/** For ten seconds the task after the sleep is kept for the Worker that is dead, because the Workflow was in its cache. */
const AWAKE_WITHIN_MS = 40_000;

/** Looks for the files, and then runs them: up to the sleep with one Worker, and on with another. */
export async function* checkBlankPage({ folder }: ExerciseWorker): AsyncGenerator<CheckResult> {
  const missing = Object.entries(FILES).filter(([file]) => !existsSync(join(folder, file)));
  for (const [file, purpose] of missing)
    yield { holds: false, fact: `${file} is not there yet. It ${purpose}.` };
  if (missing.length > 0) return;
  const { trouble, seen } = await greetThroughKill(join(folder, 'worker.ts'));
  if (!seen) return yield { holds: false, ...trouble };
  const { killed, outcome, lines } = seen;
  yield { holds: true, fact: `The Worker was killed during the sleep (pid ${killed}), and started again.` };
  yield {
    holds: outcome.greeting?.includes('Ziggy') ?? false,
    fact: `The greeting, which should have the name in it: ${outcome.greeting ?? outcome.reason}`,
  };
  const names = scheduled(outcome);
  const printed = lines.map((line) => line.trim()).filter((line) => names.includes(line));
  yield {
    holds: sleepsBetween(outcome.events),
    fact: `Activities in the Event History: ${names.join(', ') || 'none'}; there should be one before the sleep, and another after it.`,
  };
  yield {
    holds: names.length > 0 && printed.toSorted().join() === names.toSorted().join(),
    fact: `Printed by both Workers together: ${printed.join(', ') || 'none of their names'}; it should be each of those once.`,
    hint: "Each Activity prints a line with nothing but its own name: console.log('knock').",
  };
}

interface Trouble {
  fact: string;
  hint: string;
}

interface Seen {
  /** The pid of the first Worker. */
  killed?: number;
  outcome: ExerciseOutcome;
  /** What both Workers have printed. */
  lines: string[];
}

/** A greeting whose Worker is killed as soon as it sleeps; or what kept it from its sleep. */
async function greetThroughKill(
  file: string,
): Promise<{ trouble: Trouble; seen?: never } | { trouble?: never; seen: Seen }> {
  return withClient(async (client) => {
    const first = await startOwnWorker(file);
    const workers = [first];
    try {
      const handle = await client.workflow.start('greet', {
        taskQueue: TASK_QUEUE,
        workflowId: TASK_QUEUE,
        // One that an interrupted check has left would print its Activities among those of this one.
        workflowIdConflictPolicy: 'TERMINATE_EXISTING',
        args: ['Ziggy'],
      });
      const trouble = await untilAsleep(handle, first.end);
      await first.kill();
      if (trouble) {
        await handle.terminate('stuck in an exercise').catch(() => {}); // it may have ended
        return { trouble };
      }
      workers.push(await startOwnWorker(file));
      const outcome = await outcomeOf(client, handle, AWAKE_WITHIN_MS);
      return { seen: { killed: first.pid, outcome, lines: workers.flatMap(({ lines }) => lines()) } };
    } finally {
      await Promise.all(workers.map((worker) => worker.kill()));
    }
  });
}

/** Resolves when it sleeps, with nothing; or with what kept it from getting there. */
async function untilAsleep(
  handle: WorkflowHandle,
  end: () => string | undefined,
): Promise<Trouble | undefined> {
  const isDecided = (seen: Event[]) => sleeps(seen) || whyTaskFailed(seen) !== undefined || !!end();
  const events = await untilHistory(handle, isDecided, ASLEEP_WITHIN_MS);
  if (sleeps(events)) return undefined;
  const failure = whyTaskFailed(events);
  if (failure) return { fact: `The Workflow Task failed: ${failure}`, hint: dutyOf('workflow.ts') };
  if (end())
    return { fact: `worker.ts has ended: ${end()}`, hint: 'It should run until it is told to stop.' };
  if (hasBegun(events))
    return { fact: 'The greeting has not slept.', hint: 'sleep of @temporalio/workflow starts a Timer.' };
  return {
    fact: `No Worker took the greeting within ${ASLEEP_WITHIN_MS / 1000} s.`,
    hint: dutyOf('worker.ts'),
  };
}

function dutyOf(file: keyof typeof FILES): string {
  return `${file} ${FILES[file]}.`;
}

function sleeps(events: Event[]): boolean {
  return events.some((event) => event.timerStartedEventAttributes);
}

function hasBegun(events: Event[]): boolean {
  return events.some((event) => event.workflowTaskCompletedEventAttributes);
}

/** Whether an Activity was scheduled before the first Timer, and one after it. */
function sleepsBetween(events: Event[]): boolean {
  const timer = events.findIndex((event) => event.timerStartedEventAttributes);
  const steps = events.flatMap((event, index) => (event.activityTaskScheduledEventAttributes ? [index] : []));
  return steps.some((index) => index < timer) && steps.some((index) => index > timer);
}
