// The drill of the cluster: sixty greetings in flight, a process killed in the middle of them, and the proof that every greeting came.
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { Ports } from '../../encores/cluster/layout.ts';
import { startGreeting } from '../../hello-ip/client.ts';
import { codeOf, troubleOf } from '../../hello-ip/support/service-error.ts';
import { userError } from '../../hello-ip/support/user-error.ts';
import { toDate } from '../../hello-ip/web/progress.ts';
import { askCluster } from './control.ts';
import { clusterClient } from './up.ts';

export const GREETINGS = 60;
/** Each sleeps from six to nine seconds: sixty Timers in the same moment would measure the Worker. */
const secondsOf = (index: number) => 6 + (index % 4);
/** Before the first Timer is due: the kill hits everything that happens then. */
const BEFORE_DUE_MS = 2000;
/** A machine that runs eight hosts is slow to answer sixty calls at once. */
/** Seldom: whoever looks takes time from the hosts. */
const LOOK_EVERY_MS = 500;
const AT_A_TIME = 10;
const STARTED_WITHIN_MS = 30_000;
const SLEEP_WITHIN_MS = 60_000;
const COME_WITHIN_MS = 60_000;

export const NOBODY = 'nobody';

/** What is killed, for how long it stays dead, and how late a greeting may be at most; milliseconds. */
export interface Kill {
  process: string;
  deadMs: number;
  mostMs: number;
}

export const KILLS: readonly Kill[] = [
  // What the machine needs by itself, with everything still cold.
  { process: NOBODY, deadMs: 0, mostMs: 5000 },
  { process: 'frontend-1', deadMs: 5000, mostMs: 2500 },
  { process: 'worker-1', deadMs: 5000, mostMs: 2000 },
  { process: 'history-1', deadMs: 12_000, mostMs: 8000 },
  { process: 'matching-1', deadMs: 14_000, mostMs: 10_000 },
  { process: 'postgres', deadMs: 4000, mostMs: 9000 },
  { process: 'pgbouncer', deadMs: 4000, mostMs: 9000 },
  { process: 'search', deadMs: 4000, mostMs: 5000 },
];

const AT_ONCE = 'at-once';

/** The kill that the words name: "history-1", or "history-1 at-once". @throws a user error when there is none */
export function readKill([word = '', when, ...more]: string[]): Kill {
  const kill = KILLS.find(({ process }) => process === word);
  const known = KILLS.map(({ process }) => process);
  if (!kill) throw userError(`There is no drill for "${word}". There is one for: ${known.join(', ')}.`);
  if (more.length > 0 || (when !== undefined && when !== AT_ONCE))
    throw userError(
      `After the name there may be only "${AT_ONCE}". For example: npm run cluster drill ${word} ${AT_ONCE}`,
    );
  return when ? { ...kill, deadMs: 0 } : kill;
}

export interface Drilled {
  /** "history-1", or "history-1 at-once" */
  name: string;
  /** Milliseconds; how late a greeting may be. */
  mostMs: number;
  greeted: number;
  /** Greetings one of whose two lookups was counted more than once, or never. */
  twice: number;
  /** After the Timer was due; milliseconds. */
  median: number;
  worst: number;
  /** All of them came, and none twice. */
  isComplete: boolean;
  /** And none later than it may, on a machine that has nothing else to do. */
  holds: boolean;
}

/** What a drill has shown, a fact each. */
export function evidenceOf({ greeted, twice, median, worst, mostMs }: Drilled): string[] {
  const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
  return [
    `${greeted} of ${GREETINGS} greeted`,
    `${twice} looked up twice or never`,
    `late: median ${seconds(median)}, worst ${seconds(worst)} (at most ${seconds(mostMs)})`,
  ];
}

/** Kills one process with sixty greetings in flight, and starts it again. @throws a user error when no cluster is up */
export async function drillOne(
  kill: Kill,
  { folder, ports, print }: { folder: string; ports: Ports; print(line: string): void },
): Promise<Drilled> {
  const client = clusterClient(ports);
  try {
    const { process } = kill;
    const isKill = process !== NOBODY;
    const name = isKill && kill.deadMs === 0 ? `${process} ${AT_ONCE}` : process;
    const run = `${process}-${Date.now().toString(36)}`;
    const ids = Array.from({ length: GREETINGS }, (_, index) => `cluster-${run}-${index}`);
    print(`${name}: ${GREETINGS} greetings are started, each sleeps 6 to 9 s.`);
    for (let first = 0; first < ids.length; first += AT_A_TIME)
      await Promise.all(
        ids
          .slice(first, first + AT_A_TIME)
          .map((id, index) => startSurely(client, id, secondsOf(first + index))),
      );
    const due = await untilAllSleep(client, ids);
    await delay(Math.max(0, Math.min(...due.values()) - BEFORE_DUE_MS - Date.now()));
    if (isKill) await askCluster(folder, { do: 'kill', process });
    const killedAt = Date.now();
    if (isKill) print(`${name}: killed with SIGKILL.`);
    const startAgain = async () => isKill && askCluster(folder, { do: 'start', process });
    const back = delay(kill.deadMs).then(startAgain);
    const ended = await endsOf(client, `cluster-${run}-`, ids.length, killedAt + COME_WITHIN_MS);
    const ends = ids.map((id) => ended.get(id));
    await back;
    if (isKill) print(`${name}: started again.`);
    const late = ids.flatMap((id, index) => {
      const [at, from] = [ends[index]?.at, due.get(id)];
      return at === undefined || from === undefined ? [] : [Math.max(0, at - from)];
    });
    const sorted = late.toSorted((a, b) => a - b);
    const worst = sorted.at(-1) ?? Number.POSITIVE_INFINITY;
    const twice = await countedWrongly(folder, ends);
    const isComplete = late.length === GREETINGS && twice === 0;
    return {
      ...{ name, mostMs: kill.mostMs },
      greeted: late.length,
      twice,
      median: sorted[sorted.length >> 1] ?? 0,
      worst,
      isComplete,
      holds: isComplete && worst <= kill.mostMs,
    };
  } finally {
    await client.connection.close();
  }
}

/** Starts it once, however often it has to be asked. @throws a user error when nobody takes it */
async function startSurely(client: Client, id: string, seconds: number): Promise<void> {
  const until = Date.now() + STARTED_WITHIN_MS;
  for (;;) {
    try {
      await startGreeting(client, id, { name: 'Ziggy', seconds });
      return;
    } catch (error) {
      if (codeOf(error) === undefined) throw error;
      if (Date.now() > until)
        throw userError(
          `The cluster takes no greeting (${troubleOf(error) ?? 'no answer'}). See what is wrong: npm run cluster verify`,
        );
    }
  }
}

/** When the Timer of each is due, once all have one; milliseconds since 1970. @throws a user error when they do not */
async function untilAllSleep(client: Client, ids: string[]): Promise<Map<string, number>> {
  const due = new Map<string, number>();
  const until = Date.now() + SLEEP_WITHIN_MS;
  while (due.size < ids.length) {
    if (Date.now() > until)
      throw userError(
        `Only ${due.size} of ${ids.length} greetings sleep after ${SLEEP_WITHIN_MS / 1000} s. See what is wrong: npm run cluster verify`,
      );
    await Promise.all(
      ids.map(async (id, index) => {
        if (due.has(id)) return;
        const history = await client.workflow
          .getHandle(id)
          .fetchHistory()
          .catch(() => undefined);
        const started = history?.events?.find(
          ({ timerStartedEventAttributes }) => timerStartedEventAttributes,
        );
        const at = toDate(started?.eventTime)?.getTime();
        if (at !== undefined) due.set(id, at + secondsOf(index) * 1000);
      }),
    );
    await delay(LOOK_EVERY_MS);
  }
  return due;
}

/** The end of a greeting; milliseconds since 1970. */
export interface End {
  runId: string;
  at: number;
}

/** How it completed; undefined if it did not in time. A host that is gone fails calls, so it is asked again. */
export async function endOf(client: Client, id: string, until: number): Promise<End | undefined> {
  const handle = client.workflow.getHandle(id);
  while (Date.now() < until) {
    const description = await client
      .withDeadline(Date.now() + 2000, () => handle.describe())
      .catch(() => undefined);
    const { runId, status, closeTime } = description ?? {};
    if (runId && closeTime && status?.name === 'COMPLETED') return { runId, at: closeTime.getTime() };
    if (status && status.name !== 'RUNNING') return undefined;
    await delay(250);
  }
  return undefined;
}

/** Those of a run that have completed, by their ids. All are listed at once: to describe each would be work for the hosts. */
async function endsOf(
  client: Client,
  prefix: string,
  count: number,
  until: number,
): Promise<Map<string, End>> {
  const ends = new Map<string, End>();
  const query = `WorkflowId STARTS_WITH "${prefix}" AND ExecutionStatus = "Completed"`;
  while (ends.size < count && Date.now() < until) {
    await delay(LOOK_EVERY_MS);
    try {
      for await (const { workflowId, runId, closeTime } of client.workflow.list({ query }))
        if (closeTime) ends.set(workflowId, { runId, at: closeTime.getTime() });
    } catch {
      // Asked again: a host or the database is gone.
    }
  }
  return ends;
}

/** How many of these greetings have not exactly one lookup at each of the two services, by what the network counted. */
async function countedWrongly(folder: string, ends: (End | undefined)[]): Promise<number> {
  const { lookups } = await askCluster(folder, { do: 'lookups' });
  const isRight = (end?: End) => {
    const own = lookups.filter(({ traceId }) => traceId === end?.runId.replaceAll('-', ''));
    return own.length === 2 && own.every(({ count }) => count === 1);
  };
  return ends.filter((end) => !isRight(end)).length;
}
