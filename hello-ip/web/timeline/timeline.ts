// What happened to one greeting, as lanes over time: from its Event History, from what was seen meanwhile, and from the log of faults.
import type { ActivityFacts, Facts, TaskFacts } from './facts.ts';
import type { Fault } from './faults.ts';

/** Shorter than this, a Workflow Task was taken as usual. Milliseconds. */
const TASK_WAITS_MS = 700;
/** A Workflow Task left untaken for this long means that no Worker is polling, even where Workers cannot be listed. */
export const NOBODY_TAKES_IT_MS = 2500;
/** A Worker that has just been started is silent for as long. */
const SHORT_SILENCE_MS = 1500;
/** A Temporal Service that is there fires a Timer within some hundredths of a second. */
export const FIRED_LATE_MS = 1000;

/** A stretch of time, in milliseconds since 1970; without an end it lasts. */
export interface Period {
  from: number;
  to?: number;
}

/** What a reader has seen of one greeting, besides its history. */
export interface Sightings {
  noWorker: Period[];
  serviceAway: Period[];
  failedAttempts: { activity: string; attempt: number; at: number }[];
}

/** What is known of an Activity that is being tried, in words: "attempt 3 in 2 s". */
export interface PendingWords {
  activity: string;
  words: string;
}

/** Everything a timeline is made from. */
export interface TimelineInput {
  facts: Facts;
  seen?: Sightings;
  faults?: readonly Fault[];
  pending?: PendingWords;
  /** Milliseconds since 1970; only while the greeting runs. */
  now?: number;
}

export type SpanKind = 'alive' | 'gone' | 'away' | 'timer' | 'timer-rest' | 'waits';
export type MarkShape = 'done' | 'failed' | 'fired' | 'retry';

/** A bar in a lane. Times are milliseconds since the start of the greeting. */
export interface Span extends Period {
  kind: SpanKind;
  to: number;
  words?: string;
  /** Where there is room for its words, if not in all of it. */
  wordsFrom?: number;
}

/** A shape in a lane. */
export interface Mark {
  at: number;
  shape: MarkShape;
  words?: string;
}

export interface Lane {
  /** "Worker", an Activity, "Timer", "Task", "Service", "Network", or a process of a cluster: "history-1". */
  name: string;
  label: string;
  /** It is a name from the code. */
  isCode?: boolean;
  spans: Span[];
  marks: Mark[];
}

/** Where something was killed or cut. */
export interface Kill {
  at: number;
  lane: string;
  /** "kill -9 Worker" */
  words: string;
}

export interface Timeline {
  lanes: Lane[];
  kills: Kill[];
  /** How far it goes, now or at its end. Milliseconds since the start. */
  until: number;
  /** Only while the greeting runs. */
  isRunning: boolean;
  /** "survived 1 Worker kill and 12 s without a Worker"; undefined if nothing happened. */
  survived?: string;
}

/** The names of the processes and parts that can be hit, as their lanes call them. */
const LANE_OF: Record<string, string> = {
  worker: 'Worker',
  server: 'Service',
  lookups: 'Network',
  network: 'Network',
};

/** A process of a Temporal Service that is many: a host of a role, or what the hosts need. */
const OF_A_CLUSTER = /^((frontend|history|matching|worker)-\d+|postgres|pgbouncer|search|balancer)$/;

/** The lane of what was hit; none for what has nothing to do with a greeting. */
function laneOf(hit: string): string | undefined {
  return LANE_OF[hit] ?? (OF_A_CLUSTER.test(hit) ? hit : undefined);
}

/** What a cross is drawn for: not a process that was stopped politely, or died by itself. */
const ON_PURPOSE = ['kill -9', 'cut'];

/** The timeline of one greeting. */
export function timelineOf(input: TimelineInput): Timeline {
  const { facts, now } = input;
  const until = Math.max(facts.start, facts.end ?? now ?? lastOf(facts));
  const isRunning = facts.end === undefined && now !== undefined;
  const outages = outagesOf(input, until);
  const lanes = [
    workerLane(facts, outages, until),
    ...stepLanes(input, outages, until),
    ...outageLane('Service', 'no Temporal Service', outages.service, facts, until),
    ...outageLane('Network', 'cut', outages.network, facts, until),
    ...outages.hosts.flatMap(({ name, outages: own }) => outageLane(name, 'down', own, facts, until)),
  ];
  const kills = killsOf(input, lanes, until);
  return {
    lanes: lanes.map((lane) => sinceStart(lane, facts.start)),
    kills: kills.map((kill) => ({ ...kill, at: kill.at - facts.start })),
    until: until - facts.start,
    isRunning,
    survived: facts.completed ? survivedOf(facts, outages, kills, until) : undefined,
  };
}

/** A period in which something was not there; `hit` if it is known what was done to it. */
interface Outage extends Period {
  to: number;
  hit: boolean;
}

interface Outages {
  worker: Outage[];
  service: Outage[];
  network: Outage[];
  /** Those of a cluster that were down. */
  hosts: { name: string; outages: Outage[] }[];
}

function outagesOf({ facts, seen, faults = [] }: TimelineInput, until: number): Outages {
  const broken = (lane: string) => {
    const ofLane = faults.filter(({ hit }) => laneOf(hit) === lane);
    // A Worker that was started elsewhere is in no log: it has taken something since.
    const backAt = (at: number) => (lane === 'Worker' ? takenAfter(at, facts) : undefined);
    const periods = ofLane.map(({ at, over }) => ({ from: at, to: over ?? backAt(at) }));
    return joined(within(periods, facts.start, until)).map((period) => ({ ...period, hit: true }));
  };
  const noticed = (periods: Period[] = []) =>
    within(periods, facts.start, until).map((period) => ({ ...period, hit: false }));
  const service = merge(broken('Service'), noticed(seen?.serviceAway));
  // Without a Temporal Service nobody hears of a Worker, and no task can be taken.
  const apart = (outage: Outage) => !service.some((away) => overlap(away, outage));
  const missed = seen?.noWorker.flatMap((period) => withoutTaken(period, facts, until));
  const untaken = facts.tasks.filter((task) => (task.started ?? until) - task.scheduled > NOBODY_TAKES_IT_MS);
  const worker = merge(
    broken('Worker'),
    [
      ...noticed(missed),
      ...noticed(untaken.map(({ scheduled, started }) => ({ from: scheduled, to: started }))),
    ].filter(apart),
  );
  const names = new Set(faults.map(({ hit }) => hit).filter((hit) => OF_A_CLUSTER.test(hit)));
  const hosts = [...names].map((name) => ({ name, outages: broken(name) }));
  return { worker, service, network: broken('Network'), hosts };
}

/**
 * A Worker is missed by its silence, which begins with its last heartbeat and ends with the first of another. When it
 * took something, it was there.
 */
function withoutTaken(
  { from, to = Number.POSITIVE_INFINITY }: Period,
  facts: Facts,
  until: number,
): Period[] {
  const taken = [...facts.tasks, ...facts.activities].flatMap(({ started }) => started ?? []);
  const missedAt = from + NOBODY_TAKES_IT_MS;
  const begun = Math.max(from, ...taken.filter((at) => at <= missedAt));
  const ended = Math.min(to, until, ...taken.filter((at) => at > missedAt));
  return ended - begun > SHORT_SILENCE_MS ? [{ from: begun, to: ended }] : [];
}

function takenAfter(from: number, { tasks, activities }: Facts): number | undefined {
  const taken = [...tasks, ...activities].flatMap(({ started }) => started ?? []);
  return taken.toSorted((a, b) => a - b).find((at) => at > from);
}

/** Periods that overlap are one: the switch may be killed while the network is cut. */
function joined(periods: { from: number; to: number }[]): { from: number; to: number }[] {
  const all: { from: number; to: number }[] = [];
  for (const period of periods.toSorted((a, b) => a.from - b.from)) {
    const last = all.at(-1);
    if (last && period.from <= last.to) last.to = Math.max(last.to, period.to);
    else all.push({ ...period });
  }
  return all;
}

/** What is known comes first; what was noticed is added where it tells something else. */
function merge(known: Outage[], noticed: Outage[]): Outage[] {
  const all = [...known];
  for (const outage of noticed) if (!all.some((other) => overlap(other, outage))) all.push(outage);
  return all.toSorted((a, b) => a.from - b.from);
}

function overlap(a: Outage, b: Outage): boolean {
  return a.from < b.to && b.from < a.to;
}

function within(periods: readonly Period[], start: number, until: number): { from: number; to: number }[] {
  return periods
    .map(({ from, to }) => ({ from: Math.max(start, from), to: Math.min(until, to ?? until) }))
    .filter(({ from, to }) => to > from);
}

function workerLane(facts: Facts, { worker, service }: Outages, until: number): Lane {
  const spans: Span[] = [
    ...worker.map(({ from, to }) => gone(from, to, `no Worker for ${seconds(to - from)}`)),
    ...service
      .filter((away) => !worker.some((outage) => overlap(outage, away)))
      .map(({ from, to }): Span => ({ kind: 'waits', from, to, words: 'waits' })),
  ];
  return {
    name: 'Worker',
    label: 'Worker',
    spans: withAlive(spans, facts.start, until, 'polling'),
    marks: [],
  };
}

function outageLane(name: string, words: string, outages: Outage[], facts: Facts, until: number): Lane[] {
  if (outages.length === 0) return [];
  const spans = outages.map(
    ({ from, to, hit }): Span =>
      hit && name !== 'Network' ? gone(from, to, words) : { kind: 'away', from, to, words },
  );
  return [{ name, label: name, spans: withAlive(spans, facts.start, until), marks: [] }];
}

function gone(from: number, to: number, words: string): Span {
  return { kind: 'gone', from, to, words };
}

/** The outages, and in between what is alive. */
function withAlive(outages: Span[], start: number, until: number, words?: string): Span[] {
  const spans: Span[] = [];
  let at = start;
  for (const outage of outages.toSorted((a, b) => a.from - b.from)) {
    if (outage.from > at) spans.push({ kind: 'alive', from: at, to: outage.from });
    spans.push(outage);
    at = outage.to;
  }
  if (until > at) spans.push({ kind: 'alive', from: at, to: until });
  const first = spans[0];
  if (words && first?.kind === 'alive') first.words = words;
  return spans;
}

/** The Activities and the Timer in the order of the Workflow, and the task that waits above the step that it leads to. */
function stepLanes(input: TimelineInput, outages: Outages, until: number): Lane[] {
  const { facts } = input;
  const getIP = activityLane('getIP', input, outages, until);
  const timer = timerLane(facts, outages, until);
  const getLocationInfo = activityLane('getLocationInfo', input, outages, until);
  const lanes = [getIP, ...timer, getLocationInfo];
  const waiting = facts.tasks.filter((task) => (task.started ?? until) - task.scheduled > TASK_WAITS_MS);
  const [first] = waiting;
  if (first) lanes.splice(lanes.indexOf(nextStep(first, facts, lanes)), 0, taskLane(waiting, until));
  return lanes;
}

/** The lane of the step that comes after this task. */
function nextStep({ scheduled }: TaskFacts, facts: Facts, lanes: Lane[]): Lane {
  const isBehind = (name: string) => {
    if (name === 'Timer') return (facts.timer?.started ?? Number.POSITIVE_INFINITY) > scheduled;
    return (facts.activities.find((activity) => activity.name === name)?.scheduled ?? Infinity) > scheduled;
  };
  return (lanes.find(({ name }) => isBehind(name)) ?? lanes.at(-1)) as Lane;
}

function taskLane(tasks: TaskFacts[], until: number): Lane {
  const spans = tasks.map(({ scheduled, started }): Span => {
    return { kind: 'waits', from: scheduled, to: started ?? until, words: 'waits for a Worker' };
  });
  return { name: 'Task', label: 'Task', spans, marks: [] };
}

function timerLane({ timer, end }: Facts, { service }: Outages, until: number): Lane[] {
  if (!timer) return [];
  const label = `Timer ${seconds(timer.due - timer.started)}`;
  const { started, due, fired } = timer;
  const reached = Math.min(due, fired ?? until);
  const spans: Span[] = [];
  const marks: Mark[] = [];
  const lateMs = (fired ?? until) - due;
  if (fired === undefined && due > until && end === undefined) {
    const words = `${Math.ceil((due - until) / 1000)} s left`;
    spans.push({ kind: 'timer-rest', from: started, to: due, words, wordsFrom: until });
  }
  spans.push({ kind: 'timer', from: started, to: reached });
  if (lateMs > FIRED_LATE_MS && (fired || end === undefined))
    spans.push({ kind: 'waits', from: due, to: fired ?? until, words: fired ? undefined : 'due' });
  if (fired !== undefined) marks.push({ at: fired, shape: 'fired', words: firedWords(lateMs, due, service) });
  return [{ name: 'Timer', label, spans, marks }];
}

function firedWords(lateMs: number, due: number, service: Outage[]): string {
  if (lateMs <= FIRED_LATE_MS) return 'fired, on time';
  const wasAway = service.some(({ from, to }) => from <= due && due <= to);
  return wasAway ? 'fired late: the Service was away' : 'fired late';
}

function activityLane(name: string, input: TimelineInput, { worker }: Outages, until: number): Lane {
  const lane: Lane = { name, label: name, isCode: true, spans: [], marks: [] };
  const activity = input.facts.activities.find((candidate) => candidate.name === name);
  if (!activity) return lane;
  const { started, closed, attempt = 1 } = activity;
  for (const { at, activity: of } of input.seen?.failedAttempts ?? [])
    if (of === name) lane.marks.push({ at: Math.min(at, until), shape: 'failed' });
  const triedUntil = started ?? closed ?? until;
  if (attempt > 1 || lane.marks.length > 0 || waitsForWorker(activity, worker, until))
    lane.spans.push({ kind: 'waits', from: activity.scheduled, to: triedUntil });
  if (started !== undefined) lane.spans.push({ kind: 'alive', from: started, to: closed ?? until });
  if (closed !== undefined)
    lane.marks.push(
      activity.succeeded
        ? { at: closed, shape: 'done', words: attempt === 1 ? 'once' : `attempt ${attempt}` }
        : { at: closed, shape: 'failed' },
    );
  else if (input.pending?.activity === name)
    lane.marks.push({ at: until, shape: 'retry', words: input.pending.words });
  else if (lane.spans.length === 0) lane.spans.push({ kind: 'alive', from: activity.scheduled, to: until });
  return lane;
}

/** Its first attempt has not started, or started late, because nobody took it. */
function waitsForWorker(
  { scheduled, started, closed }: ActivityFacts,
  worker: Outage[],
  until: number,
): boolean {
  const taken = started ?? closed ?? until;
  return taken - scheduled > TASK_WAITS_MS && worker.some(({ from, to }) => from < taken && scheduled < to);
}

/** Only what is known to have been killed or cut has a cross. */
function killsOf({ facts, faults = [] }: TimelineInput, lanes: Lane[], until: number): Kill[] {
  return faults.flatMap(({ at, hit, what }) => {
    const lane = laneOf(hit);
    const isShown = lane !== undefined && lanes.some(({ name }) => name === lane);
    if (!isShown || at < facts.start || at > until || !ON_PURPOSE.includes(what)) return [];
    return [{ at, lane, words: `${what} ${hit === 'lookups' ? 'network' : lane}` }];
  });
}

function survivedOf(
  facts: Facts,
  { worker, service, network }: Outages,
  kills: Kill[],
  until: number,
): string | undefined {
  const ofWorker = kills.filter(({ lane }) => lane === 'Worker').length;
  const ofService = kills.filter(({ lane }) => lane === 'Service').length;
  const ofHosts = kills.filter(({ lane }) => OF_A_CLUSTER.test(lane)).length;
  const failed = facts.activities.reduce((sum, { attempt = 1 }) => sum + attempt - 1, 0);
  const what = [
    ...(ofWorker ? [count(ofWorker, 'Worker kill')] : []),
    ...(worker.length ? [`${seconds(total(worker))} without a Worker`] : []),
    ...(ofService ? [count(ofService, 'Service kill')] : []),
    ...(service.length ? [`${seconds(total(service))} without the Service`] : []),
    ...(ofHosts ? [count(ofHosts, 'host kill')] : []),
    ...(network.length ? [`${seconds(total(network))} without a network`] : []),
    ...(failed ? [count(failed, 'failed attempt')] : []),
  ];
  if (what.length === 0 || until < facts.start) return undefined;
  const once =
    facts.activities.find(({ name }) => name === 'getIP')?.attempt === 1 ? ' · getIP executed once' : '';
  return `survived ${listed(what)}${once}`;
}

function total(periods: Outage[]): number {
  return periods.reduce((sum, { from, to }) => sum + to - from, 0);
}

function count(number: number, one: string): string {
  return `${number} ${one}${number === 1 ? '' : 's'}`;
}

/** "a, b and c" */
function listed(words: string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`;
}

/** At least one: "0 s without a Worker" would be no outage. */
function seconds(ms: number): string {
  return `${Math.max(1, Math.round(ms / 1000))} s`;
}

/** When the last thing happened that is known of it. */
export function lastOf({ start, activities, timer, tasks }: Facts): number {
  return Math.max(
    start,
    ...activities.map(({ scheduled, closed }) => closed ?? scheduled),
    ...(timer ? [timer.fired ?? timer.started] : []),
    ...tasks.map((task) => task.started ?? task.scheduled),
  );
}

function sinceStart(lane: Lane, start: number): Lane {
  return {
    ...lane,
    spans: lane.spans.map(({ from, to, wordsFrom = from, ...span }) => {
      return { ...span, from: from - start, to: to - start, wordsFrom: wordsFrom - start };
    }),
    marks: lane.marks.map((mark) => ({ ...mark, at: mark.at - start })),
  };
}
