// Every claim of the talk that a command can prove: this table is the grammar, the help and the list for the tests.

import type { Activity } from '../../hello-ip/web/timeline/facts.ts';
import { FIRED_LATE_MS } from '../../hello-ip/web/timeline/timeline.ts';
import { HOSTS } from '../network/lookup-hosts.ts';
import { bothAt, noneTwiceNoneMissing, resumed, resumedAt, startedOver } from './counts.ts';
import { fold } from './fold.ts';
import {
  activityOf,
  attemptsMade,
  cite,
  clock,
  nextAttempt,
  pendingOf,
  standing,
  timeOf,
  timerOf,
  titleOf,
  untilDue,
} from './history.ts';
import type { GreetingSnapshot, Observations, Verdict, Watched } from './observations.ts';
import {
  historyIsComplete,
  PIPELINE_PHASES,
  type PipelinePhase,
  pipelineIs,
  serviceDeployed,
  servicesDeployedOnce,
} from './pipelines.ts';
import {
  deployedOnce,
  nothingAfterCancel,
  RELEASE_STATES,
  type ReleaseState,
  releaseIs,
} from './releases.ts';
import { allGreeted, inFlightAtLeast, lastDueMs } from './room.ts';

const NO_GREETING_MS = 2000;
/** A running Worker takes a Workflow Task within milliseconds. */
const NEVER_STARTED_MS = 1000;
/** A Timer that is due for this long must be fired late, however soon somebody is back. */
const OVERDUE_MS = 2000;
const SHOWN_OF_PAGE = 240;
const SHOWN_AROUND = 40;

/** The values for the words in <> of the usage. */
export interface Given {
  activity: Activity;
  process: Watched;
  n: number;
  text: string;
  /** The name of a release, or how it begins. */
  name: string;
  state: ReleaseState;
  phase: PipelinePhase;
}

/** One kind of claim. */
export interface Claim {
  /** Its words; those in <> stand for values. */
  usage: string;
  about: string;
  /** It is about one greeting: the one started last, or the one after "of". */
  ofGreeting?: true;
  /** One look. @throws a user error when nothing can be seen. */
  look(observations: Observations, given: Given): Promise<Verdict>;
}

/** In the order of the talk. */
export const CLAIMS: readonly Claim[] = [
  ofGreeting('greeting', 'completed, with an address and a location', greeting),
  ofGreeting('no greeting', 'and none comes for 2 s', noGreeting),
  ofGreeting('no timer', 'it completed, and no Timer was started', noTimer),
  ofGreeting('timer running', 'Timer Started and not yet Fired', timerRunning),
  ofGreeting('timer fired', 'Timer Fired is in the Event History', timerFired),
  ofGreeting('fired while the worker was down', 'and no Workflow Task Started since', firedWhileDown),
  {
    usage: 'timer due',
    about: 'for 2 s, also while the server is down',
    ofGreeting: true,
    look: timerDue,
  },
  ofGreeting('due while the server was down', 'Timer Fired late, when it was back', dueWhileAway),
  ofGreeting('retrying <activity>', 'pending at attempt 2 or later, with a failure', retrying),
  ofGreeting('attempts <activity> <n>', 'at least n were made', attempts),
  ofGreeting('once <activity>', 'scheduled once, one attempt, one lookup', once),
  ofGreeting('cancelled', 'and no attempt is pending any more', cancelled),
  { usage: 'page says <text>', about: 'on the page of the greeting', ofGreeting: true, look: pageSays },
  { usage: '<process> down', about: 'refuses connections; a Worker: does not poll', look: down },
  { usage: '<process> up', about: 'answers; a Worker: polls', look: up },
  {
    usage: 'counters at <n>',
    about: 'both have counted to n, or beyond',
    look: async (observations, { n }) => bothAt(await observations.counts(), n),
  },
  {
    usage: 'volatile started over',
    about: 'killed midway, it began again with 1',
    look: async (observations) => startedOver(await observations.counts()),
  },
  {
    usage: 'durable resumed',
    about: 'another process went on with the next number',
    look: async (observations) => resumed(await observations.counts()),
  },
  {
    usage: 'durable resumed at <n>',
    about: 'another process went on with n',
    look: async (observations, { n }) => resumedAt(await observations.counts(), n),
  },
  {
    usage: 'no number twice, none missing',
    about: 'of the durable count, in the Event History',
    look: async (observations) => noneTwiceNoneMissing(await observations.counts()),
  },
];

/** The claims of the encores. */
export const ENCORE_CLAIMS: readonly Claim[] = [
  {
    usage: 'in flight at least <n>',
    about: 'of the room: started, and not greeted yet',
    look: async (observations, { n }) => inFlightAtLeast(await observations.room(), n),
  },
  {
    usage: 'all greeted',
    about: 'of the room: none lost, none twice, each lookup counted once',
    look: everybodyGreeted,
  },
  {
    usage: 'release <name> <state>',
    about: `${RELEASE_STATES.join(', ')}; the newest of that name`,
    look: async (observations, { name, state }) => releaseIs(await observations.releases(), name, state),
  },
  {
    usage: 'apps deployed once',
    about: "of the newest releases, by the platform's own count",
    look: async (observations) => deployedOnce(await observations.releases(), await observations.deployed()),
  },
  {
    usage: 'no app deployed after the cancel',
    about: 'of the release that was cancelled last, and no app is half deployed',
    look: async (observations) =>
      nothingAfterCancel(await observations.releases(), await observations.deployed()),
  },
  {
    usage: 'pipeline <phase>',
    about: `${PIPELINE_PHASES.join(', ')}; the one that was started last`,
    look: async (observations, { phase }) => pipelineIs(await observations.pipeline(), phase),
  },
  {
    usage: 'services deployed once',
    about: "by the newest pipeline, by the platform's own count",
    look: async (observations) =>
      servicesDeployedOnce(await observations.pipeline(), await observations.deployed()),
  },
  {
    usage: 'service <name> deployed',
    about: 'by the newest pipeline',
    look: async (observations, { name }) =>
      serviceDeployed(await observations.pipeline(), await observations.deployed(), {
        name,
        isDeployed: true,
      }),
  },
  {
    usage: 'service <name> not deployed',
    about: 'by the newest pipeline, and not begun',
    look: async (observations, { name }) =>
      serviceDeployed(await observations.pipeline(), await observations.deployed(), {
        name,
        isDeployed: false,
      }),
  },
  {
    usage: 'history complete',
    about: 'each step of the newest pipeline is a row, as the Event History tells it',
    async look(observations) {
      const run = await observations.pipeline();
      const ids = run ? [run, ...run.children.values()].map(({ workflowId }) => workflowId) : [];
      return historyIsComplete(run, await observations.recorded(ids));
    },
  },
];

async function everybodyGreeted(observations: Observations): Promise<Verdict> {
  const sight = await observations.room();
  const verdict = await allGreeted(sight, await observations.lookups(), async ({ id }, activity) =>
    attemptsMade(await observations.greetingOf(id), activity),
  );
  return { ...verdict, dueMs: lastDueMs(sight, Date.now()) };
}

type Finding = Omit<Verdict, 'workflowId'>;

function ofGreeting(
  usage: string,
  about: string,
  find: (seen: GreetingSnapshot, given: Given, observations: Observations) => Finding | Promise<Finding>,
): Claim {
  return {
    usage,
    about,
    ofGreeting: true,
    async look(observations, given) {
      const seen = await observations.greeting();
      return {
        ...(await find(seen, given, observations)),
        dueMs: timerDueMs(seen),
        workflowId: seen.workflowId,
      };
    },
  };
}

/** Only while the greeting runs. */
function timerDueMs({ progress: { timer, status } }: GreetingSnapshot): number | undefined {
  if (status !== 'RUNNING' || !timer?.due || timer.completed) return undefined;
  return Math.max(0, timer.due.getTime() - Date.now());
}

function holds(...facts: string[]): Finding {
  return { holds: true, facts };
}

function notSo(fact: string): Finding {
  return { holds: false, facts: [fact] };
}

function greeting(seen: GreetingSnapshot): Finding {
  const { status, address, greeting } = seen.progress;
  const [first, last] = [seen.events[0], seen.events.at(-1)];
  if (status !== 'COMPLETED' || !first || !last) return notSo(standing(seen));
  if (!address) return notSo('it completed without an address');
  const lasted = Math.round(timeOf(last) - timeOf(first));
  return holds(
    `Hello, ${greeting.name}! ${address.ipAddress}, ${address.location}`,
    `${cite('Workflow Execution Completed', last)}, ${lasted} ms from its start`,
  );
}

function noGreeting(seen: GreetingSnapshot): Finding {
  if (seen.progress.status === 'COMPLETED') return notSo(standing(seen));
  return { ...holds(`none for ${NO_GREETING_MS / 1000} s: ${standing(seen)}`), holdMs: NO_GREETING_MS };
}

function noTimer(seen: GreetingSnapshot): Finding {
  const { started } = timerOf(seen);
  if (started) return notSo(cite('Timer Started', started));
  if (seen.progress.status !== 'COMPLETED') return notSo(standing(seen));
  return holds(`no Timer Started among its ${seen.events.length} events`);
}

function timerRunning(seen: GreetingSnapshot): Finding {
  const { started, fired } = timerOf(seen);
  if (!started || fired || seen.progress.status !== 'RUNNING') return notSo(standing(seen));
  return holds(`${cite('Timer Started', started)}, ${untilDue(seen.progress.timer?.due)}`);
}

function timerFired(seen: GreetingSnapshot): Finding {
  const { started, fired } = timerOf(seen);
  if (!started || !fired) return notSo(standing(seen));
  const seconds = (timeOf(fired) - timeOf(started)) / 1000;
  return holds(`${cite('Timer Fired', fired)}, ${seconds.toFixed(3)} s after it was started`);
}

function firedWhileDown(seen: GreetingSnapshot): Finding {
  const { fired } = timerOf(seen);
  if (!fired) return notSo(standing(seen));
  const [task, next] = seen.events.slice(seen.events.indexOf(fired) + 1);
  if (next) {
    const ms = Math.round(timeOf(next) - timeOf(fired));
    return notSo(`${cite(titleOf(next), next)} came ${ms} ms after ${cite('Timer Fired', fired)}`);
  }
  if (!task?.workflowTaskScheduledEventAttributes) return notSo(cite('Timer Fired', fired));
  const facts = [cite('Timer Fired', fired), `${cite('Workflow Task Scheduled', task)}, and never Started`];
  return { ...holds(...facts), holdMs: NEVER_STARTED_MS };
}

async function timerDue(observations: Observations): Promise<Verdict> {
  const { workflowId, due } = await observations.timerDue();
  if (!due) return { ...notSo('no Timer of it is known'), workflowId };
  const dueMs = due.getTime() - Date.now();
  const facts = [`the Timer: ${untilDue(due)}`];
  return { holds: dueMs <= 0, facts, holdMs: OVERDUE_MS, dueMs: Math.max(0, dueMs), workflowId };
}

function dueWhileAway(seen: GreetingSnapshot): Finding {
  const { started, fired } = timerOf(seen);
  const { due } = seen.progress.timer ?? {};
  if (!started || !fired || !due) return notSo(standing(seen));
  const lateMs = timeOf(fired) - due.getTime();
  if (lateMs < FIRED_LATE_MS) return notSo(`${cite('Timer Fired', fired)}, on time`);
  return holds(
    `${cite('Timer Started', started)}, due ${clock(due)}`,
    `${cite('Timer Fired', fired)}, ${(lateMs / 1000).toFixed(1)} s late`,
  );
}

function retrying(seen: GreetingSnapshot, { activity }: Given): Finding {
  const pending = pendingOf(seen, activity);
  if (!pending?.failure || pending.attempt < 2) return notSo(standing(seen));
  return holds(`${activity}: ${nextAttempt(seen)}`, `failed before: ${pending.failure}`);
}

function attempts(seen: GreetingSnapshot, { activity, n }: Given): Finding {
  const made = attemptsMade(seen, activity);
  const failure = pendingOf(seen, activity)?.failure;
  const fact = `${activity}: ${made} ${made === 1 ? 'attempt' : 'attempts'} made`;
  if (made < n) return notSo(`${fact}; ${standing(seen)}`);
  return holds(fact, ...(failure ? [`the last failure: ${failure}`] : []));
}

function cancelled(seen: GreetingSnapshot): Finding {
  const last = seen.events.at(-1);
  if (seen.progress.status !== 'CANCELLED' || !last) return notSo(standing(seen));
  if (seen.progress.pending) return notSo(`an attempt is still pending: ${nextAttempt(seen)}`);
  return holds(cite('Workflow Execution Canceled', last), 'no attempt is pending');
}

async function once(
  seen: GreetingSnapshot,
  { activity }: Given,
  observations: Observations,
): Promise<Finding> {
  const { scheduled, started, completed } = activityOf(seen, activity);
  const [first, end] = [scheduled[0], completed[0]];
  if (scheduled.length > 1) return notSo(`${activity} was scheduled ${scheduled.length} times`);
  if (!first || !end) return notSo(`${activity} has not completed: ${standing(seen)}`);
  const made = attemptsMade(seen, activity);
  if (started.length !== 1 || made !== 1) return notSo(`${activity} completed at attempt ${made}`);
  const counted = await lookupsOf(seen, HOSTS[activity], observations);
  if (typeof counted === 'string') return notSo(`${activity} completed once, but ${counted}`);
  const lookups = `${counted} ${counted === 1 ? 'lookup' : 'lookups'} at ${HOSTS[activity]} counted by the network`;
  if (counted === 0) return notSo(`${lookups}: the network was restarted since, or was never asked`);
  if (counted > 1) return notSo(lookups);
  return holds(
    cite('one Activity Task Scheduled', first),
    cite('Activity Task Completed at attempt 1', end),
    lookups,
  );
}

/** The count, or in words why there is none: without it nothing shows that the Activity was not executed twice. */
async function lookupsOf(
  { runId }: GreetingSnapshot,
  host: string,
  observations: Observations,
): Promise<number | string> {
  try {
    const traceId = runId.replaceAll('-', '');
    const lookups = await observations.lookups();
    return lookups.find((counted) => counted.traceId === traceId && counted.host === host)?.count ?? 0;
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'UserError') throw error;
    return `its lookups were not counted: ${error.message}`;
  }
}

async function pageSays(observations: Observations, { text }: Given): Promise<Verdict> {
  const { workflowId, text: page } = await observations.page();
  const wanted = fold(text);
  const at = page.toLowerCase().indexOf(wanted.toLowerCase());
  if (at < 0) return { ...notSo(`its page says: ${page.slice(0, SHOWN_OF_PAGE)}`), workflowId };
  const from = Math.max(0, at - SHOWN_AROUND);
  const to = Math.min(page.length, at + wanted.length + SHOWN_AROUND);
  const quote = `${from > 0 ? '…' : ''}${page.slice(from, to)}${to < page.length ? '…' : ''}`;
  return { ...holds(`its page says: ${quote}`), workflowId };
}

async function down(observations: Observations, { process }: Given): Promise<Verdict> {
  const { up, fact, holdMs } = await observations.process(process);
  return { holds: up === false, facts: [`${process}: ${fact}`], holdMs };
}

async function up(observations: Observations, { process }: Given): Promise<Verdict> {
  const { up, fact, holdMs } = await observations.process(process);
  return { holds: up === true, facts: [`${process}: ${fact}`], holdMs };
}
