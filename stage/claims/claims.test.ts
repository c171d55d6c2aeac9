// Every claim, true and false, on Event Histories cut from a committed one; the grammar; and how long a claim waits.
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { describe, expect, it } from 'vitest';
import type { RunTree } from '../../encores/pipelines/follow.ts';
import { Definition } from '../../encores/pipelines/format.ts';
import type { TaskRun } from '../../encores/pipelines/pipeline.ts';
import type { Release } from '../../encores/releases/follow.ts';
import { readPlan, wavesOf } from '../../encores/releases/plan.ts';
import * as trees from '../../encores/releases/tree.ts';
import { userError } from '../../hello-ip/support/user-error.ts';
import { lastStarted } from '../../hello-ip/web/last-started.ts';
import { progressOf } from '../../hello-ip/web/progress.ts';
import type { Guest } from '../../hello-ip/web/room/roster.ts';
import type { ProcessStatus } from '../control/client.ts';
import { listClaims, readClaim } from './grammar.ts';
import { workerHealth } from './health.ts';
import type {
  Counts,
  DeployedApp,
  GreetingSnapshot,
  Observations,
  Recorded,
  Verdict,
} from './observations.ts';
import { plainText } from './page-text.ts';
import { linesOfProof, prove } from './prove.ts';
import { CLAIMS, ENCORE_CLAIMS } from './table.ts';

const ALL = [...CLAIMS, ...ENCORE_CLAIMS];

const committed = JSON.parse(
  readFileSync(new URL('../../test/histories/greeting.json', import.meta.url), 'utf8'),
);
const HISTORY = historyFromJSON(committed).events ?? [];
const RUN_ID = '01a1fb73-81b2-7765-90fa-1d647f549ab5';
const ID = 'greeting-ziggy-54hkjz';
const SCHEDULED = 1;

interface Pending {
  attempt: number;
  failure?: string;
  /** Seconds from now; undefined while it is running. */
  next?: number;
}

/** The committed greeting after its first `count` events. */
function seen(
  count: number,
  pending?: Pending,
  status = count === 22 ? 'COMPLETED' : 'RUNNING',
): GreetingSnapshot {
  const events = HISTORY.slice(0, count);
  const description = {
    runId: RUN_ID,
    status: { name: status },
    raw: { pendingActivities: pending ? [rawOf(pending)] : [] },
  } as unknown as Parameters<typeof progressOf>[0];
  const progress = progressOf(description, events);
  return { workflowId: ID, runId: RUN_ID, historyLength: count, events, progress };
}

function rawOf({ attempt, failure, next }: Pending) {
  const nextAttemptScheduleTime = next === undefined ? undefined : { seconds: Date.now() / 1000 + next };
  return {
    attempt,
    state: next === undefined ? 2 : SCHEDULED,
    lastFailure: failure ? { message: failure } : undefined,
    nextAttemptScheduleTime,
  };
}

interface Parts {
  seen?: GreetingSnapshot;
  page?: string;
  /** Seconds from now. */
  due?: number;
  up?: boolean;
  lookups?: Record<string, number>;
  counts?: Counts;
  releases?: Release[];
  pipeline?: RunTree;
  recorded?: Recorded[];
  deployed?: DeployedApp[];
  room?: Guest[];
  /** Of the one in the room that is asked for. */
  ofRoom?: GreetingSnapshot;
}

function observations(parts: Parts): Observations {
  return {
    greeting: async () => parts.seen as GreetingSnapshot,
    page: async () => ({ workflowId: ID, text: parts.page ?? '' }),
    timerDue: async () => ({
      workflowId: ID,
      due: parts.due === undefined ? undefined : new Date(Date.now() + parts.due * 1000),
    }),
    process: async () => ({ up: parts.up, fact: 'as it is' }),
    counts: async () => parts.counts ?? { volatile: [], durable: [] },
    releases: async () => parts.releases ?? [],
    pipeline: async () => parts.pipeline,
    recorded: async () => parts.recorded ?? [],
    deployed: async () => parts.deployed ?? [],
    room: async () => ({ at: Date.now(), guests: parts.room ?? [] }),
    greetingOf: async () => parts.ofRoom as GreetingSnapshot,
    async lookups() {
      if (!parts.lookups) throw userError('The stage is not up.');
      const traceId = RUN_ID.replaceAll('-', '');
      const others = { traceId: '0', host: 'icanhazip.com', count: 7 };
      return [others, ...Object.entries(parts.lookups).map(([host, count]) => ({ traceId, host, count }))];
    },
  };
}

async function verdict(said: string, parts: Parameters<typeof observations>[0]): Promise<Verdict> {
  const { claim, given } = readClaim(said.split(' '));
  return claim.look(observations(parts), given);
}

/** One in the room, in flight. */
function guest(more: Partial<Guest> = {}): Guest {
  const startedAt = Date.now();
  return {
    id: 'a',
    runId: RUN_ID,
    name: 'Ada',
    seconds: 0,
    status: 'RUNNING',
    startedAt,
    isInvented: false,
    ...more,
  };
}

const greeted = guest({ status: 'COMPLETED', endedAt: Date.now() });
const lookedUp = (getIP: number) => ({ 'icanhazip.com': getIP, 'ip-api.com': 1 });
const lookups = { 'icanhazip.com': 1, 'ip-api.com': 1 };
const failing = { attempt: 3, failure: 'icanhazip.com refused the connection.' };
const twice = seen(22);
twice.events = structuredCloneOf(twice.events);
for (const event of twice.events) {
  if (event.activityTaskStartedEventAttributes) event.activityTaskStartedEventAttributes.attempt = 2;
}
const repeated = seen(22);
repeated.events = [...repeated.events, ...repeated.events.slice(4, 7)];

/** The attributes are class instances, so a shallow copy of each event has to do. */
function structuredCloneOf(events: GreetingSnapshot['events']): GreetingSnapshot['events'] {
  return events.map((event) => ({
    ...event,
    activityTaskStartedEventAttributes: event.activityTaskStartedEventAttributes && {
      ...event.activityTaskStartedEventAttributes,
    },
  }));
}

/** The first 13 events of a greeting whose Timer fired so many seconds late. */
function firedLate(seconds: number): GreetingSnapshot {
  const [started, fired] = [10, 11].map((index) => committed.events[index]);
  const due = Date.parse(started.eventTime) + 3000;
  const late = { ...fired, eventTime: new Date(due + seconds * 1000).toISOString() };
  const { events } = historyFromJSON({ events: committed.events.with(11, late) });
  return { ...seen(13), events: events?.slice(0, 13) ?? [] };
}

const withoutTimer = seen(22);
withoutTimer.events = withoutTimer.events.filter(
  (event) => !event.timerStartedEventAttributes && !event.timerFiredEventAttributes,
);

/** Durable numbers as "number process". */
function counts(volatile: number[][], durable: string[]): Counts {
  const counted = durable.map((text, index) => {
    const [number, identity = ''] = text.split(' ');
    return { number: Number(number), identity, eventId: String(index) };
  });
  return { volatile, durable: counted };
}

/** A release of four apps in which the first was deployed, the second is at hand and, after a cancel, the rest is not begun. */
function release(parts: Partial<Release> = {}, isCancelled = false): Release {
  const shape = { waves: 1, clusters: 1, bundles: 1, apps: 4 };
  const plan = readPlan({ id: 'billing-1', name: 'billing 3.0', appDeployTime: 1, waves: wavesOf(shape) });
  let tree = trees.newTree(plan, 0);
  for (const node of trees.inOrder(tree).slice(0, 5)) {
    tree = trees.changed(tree, { id: node.id, state: 'deploying', at: 1 });
    const isDeployed = node.kind === 'app' && (isCancelled || node.id.endsWith('app-1'));
    if (isDeployed) tree = trees.changed(tree, { id: node.id, state: 'running', at: 2 });
  }
  const base = {
    workflowId: 'release-billing-1',
    runId: 'run',
    plan,
    startedAt: 0,
    isCancelAsked: isCancelled,
  };
  return { ...base, tree: isCancelled ? trees.cancelled(tree, 3) : tree, ...parts };
}

const ended = release({ endedAt: 3 }, true);
/** The platform's count of these apps, a number for each step. */
function deployed(
  ...counts: [app: number, provision: number, traffic: number, verify: number][]
): DeployedApp[] {
  return counts.map(([app, provision, traffic, verify]) => {
    const id = `app:cluster-1-1-bundle-app-${app}`;
    return { release: 'billing-1', app: id, provision, traffic, verify };
  });
}

/** svc-a and svc-b in one wave, each as it is given. */
function pipeline(
  status: RunTree['status'],
  [a, b]: [a: TaskRun['status'], b: TaskRun['status']],
  step: Partial<TaskRun> = {},
): RunTree {
  const task = (id: string, type: string, is: TaskRun['status'], more: Partial<TaskRun> = {}): TaskRun => ({
    ...{ id, ref: id, name: id, type, status: is, iteration: 0, input: {}, output: {}, retryCount: 0 },
    ...{ startTime: 0, endTime: is === 'IN_PROGRESS' ? undefined : 1000, isOptional: false },
    ...more,
  });
  const run = (workflowId: string, is: RunTree['status'], definition: object, tasks: TaskRun[]): RunTree => ({
    ...{ workflowId, runId: 'r', status: is, tasks, variables: {}, startedAt: 0, atHand: new Map() },
    ...(is !== 'RUNNING' && {
      endedAt: 9000,
      outcome: { status: is as 'FAILED', output: {}, reason: 'svc-b is ill' },
    }),
    given: {
      ...{ definition: Definition.parse(definition), definitions: {}, taskDefinitions: {} },
      input: { app: workflowId.endsWith('0') ? 'svc-a' : 'svc-b' },
    },
    children: new Map(),
  });
  const deploy = { name: 'deploy', tasks: [{ name: 'verify', taskReferenceName: 'verify', type: 'HTTP' }] };
  const children = [a, b].map((is, index) => {
    const own = { COMPLETED: 'COMPLETED', IN_PROGRESS: 'RUNNING' }[is as string] ?? 'FAILED';
    const id = `wave_${index}`;
    return [id, run(`p.${id}`, own as 'FAILED', deploy, [task('verify', 'HTTP', is, step)])] as const;
  });
  const fork = {
    name: 'wave',
    taskReferenceName: 'wave',
    type: 'FORK_JOIN_DYNAMIC',
    inputParameters: { forkTaskWorkflow: 'deploy' },
  };
  const tasks = [
    task('wave', 'FORK_JOIN_DYNAMIC', 'COMPLETED', { output: { forkedTasks: ['wave_0', 'wave_1'] } }),
    task('wave_0', 'SUB_WORKFLOW', a),
    task('wave_1', 'SUB_WORKFLOW', b),
  ];
  return { ...run('p', status, { name: 'pipeline', tasks: [fork] }, tasks), children: new Map(children) };
}

const counted = (app: string, index: number, provision: number, traffic: number, verify: number) => ({
  ...{ release: `p.wave_${index}`, app, provision, traffic, verify },
});
const done = pipeline('COMPLETED', ['COMPLETED', 'COMPLETED']);
const working = pipeline('RUNNING', ['IN_PROGRESS', 'IN_PROGRESS']);
const once = [counted('svc-a', 0, 1, 1, 1), counted('svc-b', 1, 1, 1, 1)];
const inHistory = [
  { id: 'p', status: 'COMPLETED', steps: { wave: 'COMPLETED', wave_0: 'COMPLETED', wave_1: 'COMPLETED' } },
  ...[0, 1].map((index) => ({ id: `p.wave_${index}`, status: 'COMPLETED', steps: { verify: 'COMPLETED' } })),
];

const CASES: [said: string, holds: boolean, parts: Parameters<typeof observations>[0], fact: RegExp][] = [
  [
    'greeting',
    true,
    { seen: seen(22) },
    /Hello, Ziggy! \d+\.\d+\.\d+\.\d+, \w+, .*Completed \(event 22, .*3305 ms/,
  ],
  [
    'release billing deploying',
    true,
    { releases: [release({ atHand: { isRunning: true, step: 'traffic', attempt: 1 } })] },
    /app-2 at the step "traffic", attempt 1/,
  ],
  ['release billing deploying', false, { releases: [ended] }, /billing 3\.0 is cancelled/],
  [
    'release billing retrying',
    true,
    {
      releases: [
        release({ atHand: { isRunning: false, step: 'traffic', attempt: 2, failure: 'It is gone.' } }),
      ],
    },
    /app-2 at the step "traffic", attempt 2, after: It is gone/,
  ],
  [
    'release billing retrying',
    false,
    { releases: [release({ atHand: { isRunning: true, step: 'traffic', attempt: 1 } })] },
    /app-2 at the step "traffic", attempt 1/,
  ],
  [
    'release billing resumed',
    true,
    {
      releases: [
        release({ atHand: { isRunning: true, step: 'traffic', attempt: 2, failure: 'Heartbeat timeout' } }),
      ],
    },
    /at the step "traffic", attempt 2, after: Heartbeat timeout/,
  ],
  ['release billing cancelled', true, { releases: [ended] }, /Apps: 2 running, 2 cancelled/],
  ['release billing completed', false, { releases: [ended] }, /is cancelled/],
  ['release billing failed', false, { releases: [release()] }, /in progress/],
  ['release checkout failed', false, { releases: [ended] }, /there is no release "checkout"/],
  [
    'apps deployed once',
    true,
    { releases: [ended], deployed: deployed([1, 1, 1, 1], [2, 1, 1, 1]) },
    /counts 2 apps, with each of 3 steps done once/,
  ],
  [
    'apps deployed once',
    false,
    { releases: [ended], deployed: deployed([1, 1, 1, 1], [2, 1, 2, 1]) },
    /app-2 is running, and the platform counts provision 1, traffic 2, verify 1/,
  ],
  ['apps deployed once', false, { releases: [ended], deployed: deployed([1, 1, 1, 1]) }, /app-2 is running/],
  ['apps deployed once', false, {}, /there is no release/],
  [
    'no app deployed after the cancel',
    true,
    { releases: [ended], deployed: deployed([1, 1, 1, 1], [2, 1, 1, 1]) },
    /asked for none of the 2/,
  ],
  [
    'no app deployed after the cancel',
    false,
    { releases: [ended], deployed: deployed([1, 1, 1, 1], [2, 1, 1, 1], [3, 1, 0, 0]) },
    /app-3 was begun after the cancel/,
  ],
  [
    'no app deployed after the cancel',
    false,
    { releases: [ended], deployed: deployed([1, 1, 1, 1], [2, 1, 0, 0]) },
    /app-2 is running, and the platform counts provision 1, traffic 0/,
  ],
  ['no app deployed after the cancel', false, { releases: [release()] }, /no release was cancelled/],
  ['pipeline forked', true, { pipeline: working }, /wave_0 is at "verify"/],
  [
    'pipeline forked',
    false,
    { pipeline: pipeline('RUNNING', ['COMPLETED', 'IN_PROGRESS']) },
    /1 step running/,
  ],
  ['pipeline forked', false, {}, /there is no pipeline/],
  [
    'pipeline retrying',
    true,
    { pipeline: pipeline('RUNNING', ['IN_PROGRESS', 'COMPLETED'], { retryCount: 2, reason: 'It is gone.' }) },
    /verify is retrying, attempt 3: It is gone/,
  ],
  ['pipeline retrying', false, { pipeline: working }, /is running: /],
  ['pipeline completed', true, { pipeline: done }, /p is completed, after 9\.0 s/],
  ['pipeline completed', false, { pipeline: working }, /p is running/],
  ['pipeline failed', true, { pipeline: pipeline('FAILED', ['COMPLETED', 'FAILED']) }, /svc-b is ill/],
  ['pipeline failed', false, { pipeline: done }, /p is completed/],
  ['pipeline cancelled', false, { pipeline: done }, /p is completed/],
  [
    'services deployed once',
    true,
    { pipeline: done, deployed: once },
    /svc-a: provision 1, traffic 1, verify 1/,
  ],
  [
    'services deployed once',
    false,
    { pipeline: done, deployed: [counted('svc-a', 0, 1, 2, 1), ...once.slice(1)] },
    /svc-a: provision 1, traffic 2, verify 1/,
  ],
  ['services deployed once', false, { pipeline: done, deployed: once.slice(1) }, /svc-a: provision 0/],
  ['services deployed once', false, {}, /no pipeline has deployed a service/],
  ['service svc-a deployed', true, { pipeline: done, deployed: once }, /svc-a: provision 1/],
  ['service svc-c deployed', false, { pipeline: done, deployed: once }, /svc-c was never begun/],
  ['service svc-c not deployed', true, { pipeline: done, deployed: once }, /svc-c was never begun/],
  ['service svc-a not deployed', false, { pipeline: done, deployed: once }, /svc-a: provision 1/],
  ['history complete', true, { pipeline: done, recorded: inHistory }, /3 runs and 5 steps/],
  ['history complete', false, { pipeline: done, recorded: inHistory.slice(1) }, /p is not in the history/],
  [
    'history complete',
    false,
    {
      pipeline: done,
      recorded: [{ id: 'p', status: 'COMPLETED', steps: { wave: 'COMPLETED' } }, ...inHistory.slice(1)],
    },
    /p\/wave_0 is COMPLETED, and missing in the history/,
  ],
  ['history complete', false, {}, /there is no pipeline/],
  ['in flight at least 2', true, { room: [guest(), guest({ id: 'b' })] }, /2 in flight, 0 greeted/],
  ['in flight at least 2', false, { room: [guest(), greeted] }, /1 in flight, 1 greeted/],
  [
    'all greeted',
    true,
    { room: [greeted], lookups: lookedUp(1) },
    /1 started, 1 greeted, none twice 2 of 2 lookups/,
  ],
  ['all greeted', false, { room: [], lookups: {} }, /nobody is in the room/],
  [
    'all greeted',
    false,
    { room: [greeted, guest({ id: 'b' })], lookups: lookedUp(1) },
    /1 in flight, 0 lost/,
  ],
  ['all greeted', false, { room: [greeted, guest({ id: 'b', status: 'FAILED' })], lookups: {} }, /1 lost/],
  ['all greeted', false, { room: [greeted, greeted], lookups: lookedUp(1) }, /1 were greeted twice/],
  ['all greeted', false, { room: [greeted], lookups: {} }, /2 lookups were not counted/],
  [
    'all greeted',
    true,
    { room: [greeted], ofRoom: twice, lookups: lookedUp(2) },
    /1 of 2 .* 1 were interrupted by a kill and made again/,
  ],
  [
    'all greeted',
    false,
    { room: [greeted], ofRoom: seen(22), lookups: lookedUp(2) },
    /getIP looked up 2 times in 1 attempts/,
  ],
  ['greeting', false, { seen: seen(11) }, /Timer Started \(event 11, .*due .* ago/],
  ['greeting', false, { seen: seen(21, undefined, 'COMPLETED') }, /without an address/],
  ['greeting', false, { seen: seen(11, undefined, 'TERMINATED') }, /it is terminated/],
  ['no greeting', true, { seen: seen(11) }, /none for 2 s: Timer Started/],
  ['no greeting', false, { seen: seen(22) }, /it is completed \(event 22, /],
  [
    'timer running',
    true,
    { seen: seen(11) },
    /Timer Started \(event 11, \d\d:\d\d:33\.602\), due \d\d:\d\d:36\.602/,
  ],
  ['timer running', false, { seen: seen(7) }, /the last \(event 7, .*\) is Activity Task Completed/],
  ['timer running', false, { seen: seen(12) }, /Timer Fired \(event 12/],
  ['timer running', false, { seen: seen(11, undefined, 'TERMINATED') }, /it is terminated/],
  ['timer fired', true, { seen: seen(12) }, /Timer Fired \(event 12, .*\), 3\.002 s after/],
  ['timer fired', false, { seen: seen(11) }, /Timer Started/],
  ['no timer', true, { seen: withoutTimer }, /no Timer Started among its 20 events/],
  ['no timer', false, { seen: seen(22) }, /Timer Started \(event 11/],
  ['no timer', false, { seen: seen(7) }, /the last \(event 7/],
  ['timer due', true, { due: -2 }, /the Timer: due \d\d:\d\d:.* ago/],
  ['timer due', false, { due: 60 }, /the Timer: due .*, in /],
  ['timer due', false, {}, /no Timer of it is known/],
  [
    'due while the server was down',
    true,
    { seen: firedLate(4) },
    /due \d\d:\d\d:36\.602 Timer Fired \(event 12, .*, 4\.0 s late/,
  ],
  ['due while the server was down', false, { seen: seen(12) }, /Timer Fired \(event 12, .*, on time/],
  ['due while the server was down', false, { seen: seen(11) }, /Timer Started/],
  [
    'cancelled',
    true,
    { seen: seen(11, undefined, 'CANCELLED') },
    /Execution Canceled .*no attempt is pending/,
  ],
  ['cancelled', false, { seen: seen(16, { ...failing, next: 60 }) }, /getLocationInfo is retrying/],
  [
    'fired while the worker was down',
    true,
    { seen: seen(13) },
    /event 12, .*Scheduled \(event 13, .*never Started/,
  ],
  [
    'fired while the worker was down',
    false,
    { seen: seen(14) },
    /Task Started \(event 14, .* came 14 ms after Timer Fired/,
  ],
  ['fired while the worker was down', false, { seen: seen(12) }, /Timer Fired/],
  ['fired while the worker was down', false, { seen: seen(11) }, /Timer Started/],
  [
    'retrying getIP',
    true,
    // The table is made before the first test runs, on a busy machine seconds before.
    { seen: seen(5, { ...failing, next: 60 }) },
    /getIP: attempt 3 in (60|[45]\d)\.\d s.*refused/,
  ],
  ['retrying getIP', true, { seen: seen(5, failing) }, /attempt 3 is running/],
  ['retrying getIP', true, { seen: seen(5, { ...failing, next: -1 }) }, /attempt 3 waits for a Worker/],
  ['retrying getIP', false, { seen: seen(5, { attempt: 1 }) }, /getIP is running/],
  [
    'retrying getIP',
    false,
    { seen: seen(16, { ...failing, next: 60 }) },
    /getLocationInfo is retrying, attempt 3 in/,
  ],
  ['retrying getLocationInfo', true, { seen: seen(16, { ...failing, next: 60 }) }, /attempt 3/],
  [
    'attempts getIP 2',
    true,
    { seen: seen(5, { ...failing, next: 1 }) },
    /getIP: 2 attempts made.*the last failure/,
  ],
  [
    'attempts getIP 3',
    false,
    { seen: seen(5, { ...failing, next: 1 }) },
    /getIP: 2 attempts made; .* retrying/,
  ],
  ['attempts getIP 3', true, { seen: seen(5, failing) }, /3 attempts/],
  ['attempts getIP 1', true, { seen: seen(22) }, /getIP: 1 attempt made/],
  ['attempts getIP 2', false, { seen: seen(22) }, /1 attempt made; it is completed/],
  ['attempts getLocationInfo 1', false, { seen: seen(11) }, /0 attempts/],
  [
    'once getIP',
    true,
    { seen: seen(11), lookups },
    /Scheduled \(event 5, .*attempt 1 \(event 7, .*1 lookup at icanhazip/,
  ],
  [
    'once getLocationInfo',
    true,
    { seen: seen(22), lookups },
    /\(event 16, .*\(event 18, .*1 lookup at ip-api\.com/,
  ],
  ['once getLocationInfo', false, { seen: seen(11), lookups }, /has not completed: Timer Started/],
  [
    'once getIP',
    false,
    { seen: seen(11) },
    /completed once, but its lookups were not counted: The stage is not up/,
  ],
  [
    'once getIP',
    false,
    { seen: seen(11), lookups: { 'icanhazip.com': 2 } },
    /2 lookups at icanhazip\.com counted/,
  ],
  ['once getIP', false, { seen: seen(11), lookups: {} }, /0 lookups/],
  ['once getIP', false, { seen: twice, lookups }, /completed at attempt 2/],
  ['once getIP', false, { seen: repeated, lookups }, /scheduled 2 times/],
  [
    'page says hello,  ziggy',
    true,
    { page: 'Hold on. Hello, Ziggy! Your IP' },
    /Hold on\. Hello, Ziggy! Your/,
  ],
  ['page says Hello, David', false, { page: 'Hold on, Ziggy.' }, /its page says: Hold on, Ziggy\./],
  ['worker down', true, { up: false }, /worker: as it is/],
  ['worker down', false, { up: true }, /as it is/],
  ['server up', true, { up: true }, /server: as it is/],
  [
    'volatile started over',
    true,
    {
      counts: counts(
        [
          [1, 2, 3, 4],
          [1, 2],
        ],
        [],
      ),
    },
    /got to 4, .* printed 1 2/,
  ],
  ['volatile started over', false, { counts: counts([[1, 2, 3]], []) }, /started once: 1 2 3/],
  ['volatile started over', false, { counts: counts([[1, 2], []], []) }, /printed nothing/],
  ['volatile started over', false, { counts: counts([[1, 2], [3]], []) }, /printed 3/],
  [
    'durable resumed at 3',
    true,
    { counts: counts([], ['1 a', '2 a', '3 b']) },
    /2 was counted by a .*3 by b/,
  ],
  ['durable resumed at 3', false, { counts: counts([], ['1 a', '2 a', '3 a']) }, /3 by a/],
  [
    'durable resumed at 3',
    false,
    { counts: counts([], ['1 a', '1 a', '3 b']) },
    /1 was counted by a .*3 by b/,
  ],
  ['durable resumed at 3', false, { counts: counts([], []) }, /nothing/],
  [
    'durable resumed',
    true,
    { counts: counts([], ['1 a', '2 a', '3 b', '4 b']) },
    /2 was counted by a .*3 by b/,
  ],
  ['durable resumed', false, { counts: counts([], ['1 a', '2 a']) }, /2 by a/],
  ['durable resumed', false, { counts: counts([], ['1 a', '1 b']) }, /1 was counted by a .*1 by b/],
  [
    'counters at 2',
    true,
    {
      counts: counts(
        [
          [1, 2, 3],
          [1, 2],
        ],
        ['1 a', '2 a', '3 b'],
      ),
    },
    /: 1 2; durable: 1 2 3/,
  ],
  [
    'counters at 3',
    false,
    {
      counts: counts(
        [
          [1, 2, 3],
          [1, 2],
        ],
        ['1 a', '2 a', '3 b'],
      ),
    },
    /volatile: 1 2;/,
  ],
  ['counters at 3', false, { counts: counts([[1, 2, 3]], ['1 a', '2 a']) }, /durable: 1 2$/],
  ['counters at 1', false, { counts: counts([], []) }, /nothing; durable: nothing/],
  ['no number twice, none missing', true, { counts: counts([], ['1 a', '2 b']) }, /1 2$/],
  ['no number twice, none missing', false, { counts: counts([], ['1 a', '3 b']) }, /1 3$/],
  ['no number twice, none missing', false, { counts: counts([], ['1 a', '1 b']) }, /1 1$/],
  ['no number twice, none missing', false, { counts: counts([], []) }, /nothing/],
  ['web-ui up', false, { up: undefined }, /web-ui: as it is/],
];

describe('the claims', () => {
  it.each(CASES)('%s: %s', async (said, holds, parts, fact) => {
    const found = await verdict(said, parts);
    expect([found.holds, found.facts.join(' ')]).toEqual([holds, expect.stringMatching(fact)]);
    if (parts.seen) expect(found.workflowId).toBe(ID);
  });

  it('have a case each in which they hold, and one in which they do not', () => {
    const tested = (holds: boolean) =>
      new Set(CASES.filter((aCase) => aCase[1] === holds).map(([said]) => readClaim(said.split(' ')).claim));
    expect(ALL.filter((claim) => !tested(true).has(claim))).toEqual([]);
    expect(ALL.filter((claim) => !tested(false).has(claim))).toEqual([]);
  });
});

describe('the grammar', () => {
  const read = (said: string) => readClaim(said.split(' '));

  it('knows every claim, and lists them all on one screen', () => {
    const lines = listClaims();
    expect(lines.length).toBeLessThanOrEqual(24);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    for (const { usage } of CLAIMS) expect(lines.join('\n')).toContain(usage);
  });

  it('ignores case, and takes a claim in one word, and another greeting after "of"', () => {
    expect(read('Once getip').said).toBe('once getIP');
    expect(readClaim(['no greeting']).said).toBe('no greeting');
    expect(read('attempts getIP 3 of greeting-david-1')).toMatchObject({
      of: 'greeting-david-1',
      given: { activity: 'getIP', n: 3 },
      said: 'attempts getIP 3 of greeting-david-1',
    });
    expect(readClaim(['page', 'says', 'king of hearts'])).toMatchObject({
      given: { text: 'king of hearts' },
    });
    expect(readClaim(['page', 'says', 'Hello,', 'Ziggy!', 'of', 'a']).given.text).toBe('Hello, Ziggy!');
  });

  it.each([
    ['timer runing', 'timer running'],
    ['once getipp', 'once getIP'],
    ['attempts getIP many', 'attempts getIP <n>'],
    ['attempts getIP 0', 'attempts getIP <n>'],
    ['page sais Hello', 'page says <text>'],
    ['page says', 'page says <text>'],
    ['wroker down', 'worker down'],
    ['timer running fast', 'timer running'],
  ])('"%s" is not a claim, but "%s" may be meant', (said, close) => {
    expect(() => read(said)).toThrow(
      `"${said}" is not a claim. Did you mean: npm run stage expect ${close}\nAll claims: npm run stage expect`,
    );
  });

  it('a process belongs to no greeting', () => {
    expect(() => read('worker down of greeting-a')).toThrow(
      'Leave out "of": npm run stage expect worker down',
    );
  });
});

describe('waiting', () => {
  /** Looks that come one after another; the last one repeats. */
  function looks(...verdicts: (Partial<Verdict> | Error)[]) {
    let at = -1;
    const look = async (): Promise<Verdict> => {
      at = Math.min(at + 1, verdicts.length - 1);
      const found = verdicts[at] as Partial<Verdict> | Error;
      if (found instanceof Error) throw found;
      return { holds: false, facts: ['nothing'], ...found };
    };
    return { claim: { usage: 'it', about: '', look }, given: readClaim(['greeting']).given, said: 'it' };
  }

  it('ends as soon as the claim holds, with the Workflow Id before the evidence', async () => {
    const proof = await prove(
      looks({}, { holds: true, facts: ['one', 'two'], workflowId: ID }),
      observations({}),
    );
    expect(proof).toEqual({ claim: 'it', evidence: [`${ID}: one`, 'two'], ms: expect.any(Number) });
    expect(linesOfProof({ ...proof, ms: 240 })).toEqual(['✔ it (0.2 s)', `  ${ID}: one`, '  two']);
  });

  it('a Temporal Service that is away for a while is only a look that saw nothing', async () => {
    await prove(looks(userError('away'), { holds: true }), observations({}));
    await expect(
      prove(looks({}, userError('It is away.')), observations({}), { withinMs: 150 }),
    ).rejects.toThrow('✘ still false after 0.15 s: it\n  last seen: It is away.');
  });

  it('nothing from outside controls the terminal: neither the evidence nor what was seen last', async () => {
    const failure = 'refused.\n✔ greeting\u001b[2J\u202e\0';
    const evil = { facts: ['next in 2 s', `failed before: ${failure}`], workflowId: 'a\u001b[31mb' };
    const { evidence } = await prove(looks({ ...evil, holds: true }), observations({}));
    expect(evidence).toEqual(['ab: next in 2 s', 'failed before: refused. ✔ greeting\uFFFD\uFFFD']);
    await expect(prove(looks(evil), observations({}), { withinMs: 0 })).rejects.toThrow(
      '\n  last seen: ab: next in 2 s\n  last seen: failed before: refused. ✔ greeting\uFFFD\uFFFD',
    );
  });

  it('a bug of ours is not taken for a claim that does not hold', async () => {
    await expect(prove(looks(new TypeError('oops')), observations({}))).rejects.toThrow(TypeError);
  });

  it('the bound counts from when a Timer is due, unless that is more than a minute away', async () => {
    const soon = looks({ dueMs: 200 }, {}, {}, { holds: true });
    expect((await prove(soon, observations({}), { withinMs: 150 })).ms).toBeGreaterThanOrEqual(250);
    await expect(prove(looks({ dueMs: 200 }, {}), observations({}), { withinMs: 150 })).rejects.toThrow(
      'still false',
    );
    const late = looks({ dueMs: 3_600_000 }, {}, {}, { holds: true });
    await expect(prove(late, observations({}), { withinMs: 150 })).rejects.toThrow('still false after');
  });

  it('what must hold is watched until it has held, past the bound if necessary', async () => {
    const proof = await prove(looks({ holds: true, holdMs: 250 }), observations({}), { withinMs: 100 });
    expect(proof.ms).toBeGreaterThanOrEqual(250);
  });

  it('what must hold starts over after an interruption, or with another greeting', async () => {
    const holds = { holds: true, holdMs: 150 };
    await expect(prove(looks(holds, {}), observations({}), { withinMs: 120 })).rejects.toThrow(
      'still false after',
    );
    const proof = await prove(
      looks({ ...holds, workflowId: 'a' }, { ...holds, workflowId: 'b' }),
      observations({}),
    );
    expect(proof.ms).toBeGreaterThanOrEqual(250);
  });
});

describe('the greeting started last', () => {
  const row = (workflowId: string, seconds: number) => ({
    execution: { workflowId },
    startTime: { seconds },
  });

  it('is found, even if it ends while the lists are read', async () => {
    let ended = false;
    const listWorkflowExecutions = async ({ query }: { query: string }) => {
      if (query.includes('!=')) return { executions: [row('old', 1), ...(ended ? [row('new', 2)] : [])] };
      await setImmediate();
      ended = true; // just before this list is read
      return { executions: [] };
    };
    const client = { options: { namespace: 'default' }, workflowService: { listWorkflowExecutions } };
    expect(await lastStarted(client as unknown as Client)).toBe('new');
  });

  it('is the newest, not the one that runs', async () => {
    const listWorkflowExecutions = async ({ query }: { query: string }) => ({
      executions: query.includes('!=') ? [row('older', 1), row('newest', 3)] : [row('running', 2)],
    });
    const client = { options: { namespace: 'default' }, workflowService: { listWorkflowExecutions } };
    expect(await lastStarted(client as unknown as Client)).toBe('newest');
  });
});

describe('a Worker', () => {
  const now = Date.now();
  const beat = (ago: number, more = {}) => ({
    host: hostname(),
    pid: process.pid,
    at: new Date(now - ago),
    running: true,
    ...more,
  });
  const report: ProcessStatus = { name: 'worker', state: 'ready', pid: 7, yours: false, frozen: false };
  const ended: ProcessStatus = { ...report, state: 'died', pid: undefined, ended: 'SIGKILL' };

  it('polls while its heartbeat is fresh and, on this machine, its process exists', () => {
    expect(workerHealth({ beats: [beat(400)] }, now)).toMatchObject({ up: true, fact: /./ });
    expect(workerHealth({ beats: [beat(400, { host: 'elsewhere', pid: 2 ** 22 + 1 })] }, now).up).toBe(true);
    expect(workerHealth({ beats: [beat(400, { pid: 2 ** 22 + 1 })] }, now).up).toBe(false);
    expect(workerHealth({ beats: [beat(2600)] }, now).up).toBe(false);
    expect(workerHealth({ beats: [beat(400, { running: false })] }, now).up).toBe(false);
  });

  it('is down at once when the stage saw it end, else when no heartbeat has come for a while', () => {
    expect(workerHealth({ beats: [], report: ended }, now)).toEqual({
      up: false,
      fact: 'no heartbeat; the stage says: died (SIGKILL)',
      holdMs: 0,
    });
    expect(workerHealth({ beats: [], report }, now)).toMatchObject({ up: false, holdMs: 2500 });
    expect(workerHealth({ beats: [] }, now)).toMatchObject({ up: false, holdMs: 2500 });
  });

  it('is not down while another one polls', () => {
    expect(workerHealth({ beats: [beat(3000), beat(10)], report: ended }, now).up).toBe(true);
  });

  it('with nobody to ask for heartbeats, only the stage can tell', () => {
    expect(workerHealth({ unasked: 'away', report: ended }).up).toBe(false);
    expect(workerHealth({ unasked: 'away', report }).up).toBeUndefined();
    expect(workerHealth({ unasked: 'away', report: { ...ended, yours: true } }).up).toBeUndefined();
    expect(workerHealth({ unasked: 'away' })).toEqual({ up: undefined, fact: 'away' });
  });
});

describe('the text of a page', () => {
  it('is what can be read there', () => {
    const html = `<!doctype html><head><title>No</title></head><body><p class="lost">No</p><svg>No</svg>
      <h1><span dir="auto">Hello,\n  Ziggy &amp; &#34;Co&#x22; &lt;b&gt;!</span></h1><p>You are in <b>Enschede</b>.</p>
      <ol><li>Sleep</li><li>Caf&eacute;</li></ol>
      <script>no()</script></body>`;
    expect(plainText(html)).toBe('Hello, Ziggy & "Co" <b>! You are in Enschede. Sleep Café');
  });
});
