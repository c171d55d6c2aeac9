// Every claim of the talk that a command can prove: this table is the grammar, the help and the list for the tests.

import { bothAt, noneTwiceNoneMissing, resumed, resumedAt, startedOver } from './counts.ts';
import {
  type Activity,
  activityOf,
  attemptsMade,
  cite,
  nextAttempt,
  pendingOf,
  standing,
  timeOf,
  timerOf,
  titleOf,
  untilDue,
} from './history.ts';
import { fold } from './page-text.ts';
import type { Seen, Verdict, Watched, World } from './world.ts';

/** The hosts that the Activities ask, as the network counts them. */
const HOST: Record<Activity, string> = { getIP: 'icanhazip.com', getLocationInfo: 'ip-api.com' };
const NO_GREETING_MS = 2000;
/** A Worker that is there takes a Workflow Task within milliseconds. */
const NEVER_STARTED_MS = 1000;
const SHOWN_OF_PAGE = 240;
const SHOWN_AROUND = 40;

/** What stood for the words in <> of the usage. */
export interface Given {
  activity: Activity;
  process: Watched;
  n: number;
  text: string;
}

/** One kind of claim. */
export interface Claim {
  /** Its words; those in <> stand for others. */
  usage: string;
  about: string;
  /** It speaks of one greeting: that which was started last, or the one behind "of". */
  ofGreeting?: true;
  /** One look. @throws a user's error where nothing can be seen. */
  look(world: World, given: Given): Promise<Verdict>;
}

/** In the order of the talk. */
export const CLAIMS: readonly Claim[] = [
  ofGreeting('greeting', 'completed, with an address and a location', greeting),
  ofGreeting('no greeting', 'and none comes for 2 s', noGreeting),
  ofGreeting('timer running', 'Timer Started and not yet Fired', timerRunning),
  ofGreeting('timer fired', 'Timer Fired is in the Event History', timerFired),
  ofGreeting('fired while the worker was down', 'and no Workflow Task Started since', firedWhileDown),
  ofGreeting('retrying <activity>', 'pending at attempt 2 or later, with a failure', retrying),
  ofGreeting('attempts <activity> <n>', 'at least so many were made', attempts),
  ofGreeting('once <activity>', 'scheduled once, one attempt, one lookup', once),
  { usage: 'page says <text>', about: 'on the page of the greeting', ofGreeting: true, look: pageSays },
  { usage: '<process> down', about: 'refuses connections; a Worker: polls no more', look: down },
  { usage: '<process> up', about: 'answers; a Worker: polls', look: up },
  {
    usage: 'counters at <n>',
    about: 'both have counted to n, or further',
    look: async (world, { n }) => bothAt(await world.counts(), n),
  },
  {
    usage: 'volatile started over',
    about: 'killed on its way, it began with 1',
    look: async (world) => startedOver(await world.counts()),
  },
  {
    usage: 'durable resumed',
    about: 'another process went on with the next number',
    look: async (world) => resumed(await world.counts()),
  },
  {
    usage: 'durable resumed at <n>',
    about: 'another process went on with n',
    look: async (world, { n }) => resumedAt(await world.counts(), n),
  },
  {
    usage: 'no number twice, none missing',
    about: 'of the durable count, in the Event History',
    look: async (world) => noneTwiceNoneMissing(await world.counts()),
  },
];

type Finding = Omit<Verdict, 'workflowId'>;

function ofGreeting(
  usage: string,
  about: string,
  find: (seen: Seen, given: Given, world: World) => Finding | Promise<Finding>,
): Claim {
  return {
    usage,
    about,
    ofGreeting: true,
    async look(world, given) {
      const seen = await world.greeting();
      return { ...(await find(seen, given, world)), dueMs: timerDueMs(seen), workflowId: seen.workflowId };
    },
  };
}

/** Only while it runs. */
function timerDueMs({ progress: { timer, status } }: Seen): number | undefined {
  if (status !== 'RUNNING' || !timer.due || timer.completed) return undefined;
  return Math.max(0, timer.due.getTime() - Date.now());
}

function so(...facts: string[]): Finding {
  return { so: true, facts };
}

function notSo(fact: string): Finding {
  return { so: false, facts: [fact] };
}

function greeting(seen: Seen): Finding {
  const { status, address, greeting } = seen.progress;
  const [first, last] = [seen.events[0], seen.events.at(-1)];
  if (status !== 'COMPLETED' || !first || !last) return notSo(standing(seen));
  if (!address) return notSo('it completed without an address');
  const lasted = Math.round(timeOf(last) - timeOf(first));
  return so(
    `Hello, ${greeting.name}! ${address.ipAddress}, ${address.location}`,
    `${cite('Workflow Execution Completed', last)}, ${lasted} ms from its start`,
  );
}

function noGreeting(seen: Seen): Finding {
  if (seen.progress.status === 'COMPLETED') return notSo(standing(seen));
  return { ...so(`none for ${NO_GREETING_MS / 1000} s: ${standing(seen)}`), holdMs: NO_GREETING_MS };
}

function timerRunning(seen: Seen): Finding {
  const { started, fired } = timerOf(seen);
  if (!started || fired || seen.progress.status !== 'RUNNING') return notSo(standing(seen));
  return so(`${cite('Timer Started', started)}, ${untilDue(seen.progress.timer.due)}`);
}

function timerFired(seen: Seen): Finding {
  const { started, fired } = timerOf(seen);
  if (!started || !fired) return notSo(standing(seen));
  const seconds = (timeOf(fired) - timeOf(started)) / 1000;
  return so(`${cite('Timer Fired', fired)}, ${seconds.toFixed(3)} s after it was started`);
}

function firedWhileDown(seen: Seen): Finding {
  const { fired } = timerOf(seen);
  if (!fired) return notSo(standing(seen));
  const [task, next] = seen.events.slice(seen.events.indexOf(fired) + 1);
  if (next) {
    const ms = Math.round(timeOf(next) - timeOf(fired));
    return notSo(`${cite(titleOf(next), next)} came ${ms} ms after ${cite('Timer Fired', fired)}`);
  }
  if (!task?.workflowTaskScheduledEventAttributes) return notSo(cite('Timer Fired', fired));
  const facts = [cite('Timer Fired', fired), `${cite('Workflow Task Scheduled', task)}, and never Started`];
  return { ...so(...facts), holdMs: NEVER_STARTED_MS };
}

function retrying(seen: Seen, { activity }: Given): Finding {
  const pending = pendingOf(seen, activity);
  if (!pending?.failure || pending.attempt < 2) return notSo(standing(seen));
  return so(`${activity}: ${nextAttempt(seen)}`, `failed before: ${pending.failure}`);
}

function attempts(seen: Seen, { activity, n }: Given): Finding {
  const made = attemptsMade(seen, activity);
  const failure = pendingOf(seen, activity)?.failure;
  const fact = `${activity}: ${made} ${made === 1 ? 'attempt' : 'attempts'} made`;
  if (made < n) return notSo(`${fact}; ${standing(seen)}`);
  return so(fact, ...(failure ? [`the last failure: ${failure}`] : []));
}

async function once(seen: Seen, { activity }: Given, world: World): Promise<Finding> {
  const { scheduled, started, completed } = activityOf(seen, activity);
  const [first, end] = [scheduled[0], completed[0]];
  if (scheduled.length > 1) return notSo(`${activity} was scheduled ${scheduled.length} times`);
  if (!first || !end) return notSo(`${activity} has not completed: ${standing(seen)}`);
  const made = attemptsMade(seen, activity);
  if (started.length !== 1 || made !== 1) return notSo(`${activity} completed at attempt ${made}`);
  const counted = await lookupsOf(seen, HOST[activity], world);
  if (typeof counted === 'string') return notSo(`${activity} completed once, but ${counted}`);
  const lookups = `${counted} ${counted === 1 ? 'lookup' : 'lookups'} at ${HOST[activity]} counted by the network`;
  if (counted === 0) return notSo(`${lookups}: it was started again since, or was never asked`);
  if (counted > 1) return notSo(lookups);
  return so(
    cite('one Activity Task Scheduled', first),
    cite('Activity Task Completed at attempt 1', end),
    lookups,
  );
}

/** The count, or in words why there is none: without it nothing tells that the Activity was not executed twice. */
async function lookupsOf({ runId }: Seen, host: string, world: World): Promise<number | string> {
  try {
    const traceId = runId.replaceAll('-', '');
    const lookups = await world.lookups();
    return lookups.find((counted) => counted.traceId === traceId && counted.host === host)?.count ?? 0;
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'UserError') throw error;
    return `its lookups were not counted: ${error.message}`;
  }
}

async function pageSays(world: World, { text }: Given): Promise<Verdict> {
  const { workflowId, text: page } = await world.page();
  const wanted = fold(text);
  const at = page.toLowerCase().indexOf(wanted.toLowerCase());
  if (at < 0) return { ...notSo(`its page says: ${page.slice(0, SHOWN_OF_PAGE)}`), workflowId };
  const from = Math.max(0, at - SHOWN_AROUND);
  const to = Math.min(page.length, at + wanted.length + SHOWN_AROUND);
  const quote = `${from > 0 ? '…' : ''}${page.slice(from, to)}${to < page.length ? '…' : ''}`;
  return { ...so(`its page says: ${quote}`), workflowId };
}

async function down(world: World, { process }: Given): Promise<Verdict> {
  const { up, fact, holdMs } = await world.process(process);
  return { so: up === false, facts: [`${process}: ${fact}`], holdMs };
}

async function up(world: World, { process }: Given): Promise<Verdict> {
  const { up, fact, holdMs } = await world.process(process);
  return { so: up === true, facts: [`${process}: ${fact}`], holdMs };
}
