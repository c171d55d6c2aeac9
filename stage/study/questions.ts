// The six demos as questions; the reader predicts one of three answers, and the reader's own Event History decides.
import { ACTIVITIES } from '../../hello-ip/web/timeline/facts.ts';
import { activityOf, cite, type Event, timeOf, timerOf, titleOf } from '../claims/history.ts';
import type { GreetingSnapshot } from '../claims/observations.ts';

export const LETTERS = ['a', 'b', 'c'] as const;
export type Letter = (typeof LETTERS)[number];

/** More than any machine takes from one event to the next while nothing is broken. */
const NOTHING_BROKEN_MS = 1500;
const BUG = 'is not an http address';

/** What an Event History says about a question, and the events that decide it. */
export interface HistoryFinding {
  letter: Letter;
  facts: string[];
}

/** One demo to predict. */
export interface Question {
  /** The drill's name. */
  name: string;
  /** What to read first, from the root of the clone. */
  read: string[];
  ask: string;
  choices: Record<Letter, string>;
  /** What to run, one line each; lines that are not commands are for the reader to do. */
  run: string[];
  /** Where to look, for those who were wrong. */
  hint: string;
  why: string;
  /** What this greeting says; nothing if it has not been through the demo. */
  look(seen: GreetingSnapshot): HistoryFinding | undefined;
}

/** In the order of the talk. */
export const QUESTIONS: readonly Question[] = [
  {
    name: 'success',
    read: ['hello-ip/workflow.ts', 'hello-ip/activities.ts'],
    ask: 'A greeting asks two services. When it is over, what is left of their answers in the Event History?',
    choices: {
      a: 'Nothing: it says that two Activities ran, and what came out at the end.',
      b: 'Both of them, each in the event that completes its Activity.',
      c: 'Only the second one; the first is no longer needed.',
    },
    run: ['npm run stage greet Ziggy 3', 'npm run stage expect greeting'],
    hint: 'Open the two events called Activity Task Completed in the Web UI.',
    why: 'What an Activity returned is written down before your code continues, so no later step needs it from memory.',
    look: success,
  },
  {
    name: 'timer',
    read: ['hello-ip/workflow.ts, the line with sleep'],
    ask: 'A greeting sleeps for three seconds. What is in the Event History between Timer Started and Timer Fired?',
    choices: {
      a: 'A sign of life from the Worker every second.',
      b: 'Nothing.',
      c: 'A Workflow Task that lasts as long as the sleep.',
    },
    run: ['npm run stage greet Ziggy 3', 'npm run stage expect greeting'],
    hint: 'Compare the numbers of the two events.',
    why: 'The Temporal Service keeps the time. The Worker has given its task back, and knows nothing of the Timer.',
    look: timer,
  },
  {
    name: 'worker-kill',
    read: ['hello-ip/worker.ts'],
    ask: 'The Worker is killed while a Timer runs, and started again only when that Timer is due. What will be written down?',
    choices: {
      a: 'Two Timers: the new Worker had to start one again.',
      b: 'No Timer Fired: the sleeper was killed, so the new Worker carries on without it.',
      c: 'Timer Fired on time, and then a wait until a Worker took the next Workflow Task.',
    },
    run: [
      'npm run stage greet Ziggy 5',
      'npm run stage expect timer running',
      'npm run stage kill worker',
      'npm run stage expect fired while the worker was down',
      'npm run stage start worker',
      'npm run stage expect greeting',
    ],
    hint: 'Look at the times of the four events starting with Timer Started.',
    why: 'A Timer needs no Worker. What comes after it does, so the next Workflow Task waits on the Task Queue.',
    look: workerKill,
  },
  {
    name: 'service-kill',
    read: ['stage/commands/server.ts, its first line'],
    ask: 'The Temporal Service is killed while a Timer runs, and started again only when that Timer is due. What will be written down?',
    choices: {
      a: 'Timer Fired, late: as soon as the Temporal Service was back.',
      b: 'Timer Fired on time: the Worker kept the time in the meantime.',
      c: 'Two Timers: the sleep that was missed is repeated.',
    },
    run: [
      'npm run stage greet Ziggy 5',
      'npm run stage expect timer running',
      'npm run stage kill server',
      'Wait for 8 seconds.',
      'npm run stage start server',
      'npm run stage expect greeting',
    ],
    hint: 'Add five seconds to the time of Timer Started, and compare it with that of Timer Fired.',
    why: 'The due time is in the database. The Temporal Service reads it when it comes up, and fires what is overdue.',
    look: serviceKill,
  },
  {
    name: 'bug',
    read: ['hello-ip/activities.ts, getLocationInfo', 'hello-ip/stage-tuning.ts, activityTuning'],
    ask: 'getLocationInfo fails a few times, then its code is fixed. What will the Event History say about the failures?',
    choices: {
      a: 'An event for each attempt that failed.',
      b: 'A second Activity Task Scheduled: with new code it is scheduled again.',
      c: 'Only the attempt that succeeded, with its number and the failure before it.',
    },
    run: [
      'npm run stage break geolocation',
      'npm run stage greet Ziggy 1',
      'npm run stage expect attempts getLocationInfo 3',
      'npm run stage fix geolocation',
      'npm run stage expect greeting',
    ],
    hint: 'Count the events that concern getLocationInfo, and open the one called Activity Task Started.',
    why: 'Attempts are counted outside the Event History, so it stays short however often something fails.',
    look: bug,
  },
  {
    name: 'network-cut',
    read: ['hello-ip/support/lookup.ts, how a failure is put into words'],
    ask: 'The network is cut, and an Activity is retried every two seconds. How often does your Workflow run in the meantime?',
    choices: {
      a: 'Once for each attempt, to decide about the next one.',
      b: 'Not at all.',
      c: 'Once, with the failure as an exception.',
    },
    run: [
      'npm run stage cut network',
      'npm run stage greet Ziggy 1',
      'npm run stage expect attempts getIP 3',
      'npm run stage restore network',
      'npm run stage expect greeting',
    ],
    hint: 'Look for a Workflow Task between the events of the Activity that was retried.',
    why: 'Retrying is up to the Temporal Service. The Workflow runs again when there is a result to continue with.',
    look: networkCut,
  },
];

function success(seen: GreetingSnapshot): HistoryFinding | undefined {
  const { progress } = seen;
  if (progress.status !== 'COMPLETED') return undefined;
  const results = ACTIVITIES.map((activity) => ({
    event: activityOf(seen, activity).completed[0],
    result: progress[activity].result,
  }));
  const facts = results.flatMap(({ event, result }) =>
    event ? [`${cite('Activity Task Completed', event)}: ${result ?? 'no result'}`] : [],
  );
  const [first, second] = results.map(({ result }) => result !== undefined);
  if (first && second) return { letter: 'b', facts };
  return { letter: second ? 'c' : 'a', facts };
}

function timer(seen: GreetingSnapshot): HistoryFinding | undefined {
  const { started, fired } = timerOf(seen);
  if (!started || !fired || isBroken(seen)) return undefined;
  const between = seen.events.slice(seen.events.indexOf(started) + 1, seen.events.indexOf(fired));
  const facts = [started, ...between, fired].map((event) => cite(titleOf(event), event));
  if (between.length === 0) return { letter: 'b', facts };
  return { letter: between.some((event) => event.workflowTaskStartedEventAttributes) ? 'c' : 'a', facts };
}

function workerKill(seen: GreetingSnapshot): HistoryFinding | undefined {
  const { started, fired } = timerOf(seen);
  const next = nextTask(seen);
  if (!started || !next || identityOf(next) === identityOf(taskBefore(seen, started))) return undefined;
  const facts = [started, fired, next].flatMap((event) => (event ? [cite(titleOf(event), event)] : []));
  if (timersOf(seen) > 1) return { letter: 'a', facts };
  if (!fired) return { letter: 'b', facts };
  // Late as well: the Temporal Service was away too, so this greeting decides nothing.
  if (lateBy(seen) > NOTHING_BROKEN_MS || timeOf(next) - timeOf(fired) < NOTHING_BROKEN_MS) return undefined;
  return { letter: 'c', facts };
}

function serviceKill(seen: GreetingSnapshot): HistoryFinding | undefined {
  const { started, fired } = timerOf(seen);
  const next = nextTask(seen);
  if (!started || !fired || !next || !isBroken(seen)) return undefined;
  if (identityOf(next) !== identityOf(taskBefore(seen, started))) return undefined;
  const facts = [
    cite('Timer Started', started),
    `${cite('Timer Fired', fired)}, ${(lateBy(seen) / 1000).toFixed(1)} s after it was due`,
  ];
  if (timersOf(seen) > 1) return { letter: 'c', facts };
  return { letter: lateBy(seen) > NOTHING_BROKEN_MS ? 'a' : 'b', facts };
}

function bug(seen: GreetingSnapshot): HistoryFinding | undefined {
  const { scheduled, started, completed } = activityOf(seen, 'getLocationInfo');
  const [first] = started;
  const { attempt = 1, lastFailure } = first?.activityTaskStartedEventAttributes ?? {};
  if (!first || completed.length === 0 || !lastFailure?.message?.includes(BUG)) return undefined;
  const facts = [
    ...scheduled.map((event) => cite('Activity Task Scheduled', event)),
    `${cite('Activity Task Started', first)}, attempt ${attempt}; the failure before: ${lastFailure.message}`,
  ];
  if (failuresOf(seen).length > 0) return { letter: 'a', facts };
  return { letter: scheduled.length > 1 ? 'b' : 'c', facts };
}

function networkCut(seen: GreetingSnapshot): HistoryFinding | undefined {
  for (const activity of ACTIVITIES) {
    const { scheduled, started, completed } = activityOf(seen, activity);
    const [first, start, end] = [scheduled[0], started[0], completed[0]];
    const { attempt, lastFailure } = start?.activityTaskStartedEventAttributes ?? {};
    if (!first || !start || !end || !lastFailure || lastFailure.message?.includes(BUG)) continue;
    const between = seen.events.slice(seen.events.indexOf(first), seen.events.indexOf(end));
    const tasks = between.filter((event) => event.workflowTaskStartedEventAttributes).length;
    const facts = [
      cite(`Activity Task Scheduled, ${activity}`, first),
      `${cite('Activity Task Started', start)}, attempt ${attempt}; the failure before: ${lastFailure.message}`,
      cite('Activity Task Completed', end),
    ];
    if (tasks === 0) return { letter: 'b', facts };
    return { letter: tasks === 1 ? 'c' : 'a', facts };
  }
  return undefined;
}

function timersOf({ events }: GreetingSnapshot): number {
  return events.filter((event) => event.timerStartedEventAttributes).length;
}

function failuresOf({ events }: GreetingSnapshot): Event[] {
  return events.filter((event) => event.activityTaskFailedEventAttributes);
}

/** How late the Timer fired, in milliseconds. */
function lateBy(seen: GreetingSnapshot): number {
  const { fired } = timerOf(seen);
  return fired ? timeOf(fired) - (seen.progress.timer?.due?.getTime() ?? 0) : 0;
}

/** The Workflow Task in which the code continued after the Timer. */
function nextTask(seen: GreetingSnapshot): Event | undefined {
  const { started } = timerOf(seen);
  const after = started ? seen.events.slice(seen.events.indexOf(started)) : [];
  return after.find((event) => event.workflowTaskStartedEventAttributes);
}

function taskBefore({ events }: GreetingSnapshot, event: Event): Event | undefined {
  return events.slice(0, events.indexOf(event)).findLast((task) => task.workflowTaskStartedEventAttributes);
}

/** Which Worker took the task: its pid and its machine. */
function identityOf(task: Event | undefined): string {
  return task?.workflowTaskStartedEventAttributes?.identity ?? '';
}

/** Something kept the Timer, or what came after it, waiting. */
function isBroken(seen: GreetingSnapshot): boolean {
  const { fired } = timerOf(seen);
  const next = nextTask(seen);
  if (!fired || !next || timersOf(seen) > 1) return true;
  return lateBy(seen) > NOTHING_BROKEN_MS || timeOf(next) - timeOf(fired) > NOTHING_BROKEN_MS;
}
