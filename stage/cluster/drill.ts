// The drill of the cluster: sixty greetings in flight, a process killed in the middle of them, and the proof that every greeting came.
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { Ports } from '../../encores/cluster/layout.ts';
import { startGreeting } from '../../hello-ip/client.ts';
import { toDate } from '../../hello-ip/web/progress.ts';
import { askCluster } from './control.ts';
import { clusterClient } from './up.ts';

export const GREETINGS = 60;
/** Each sleeps from six to nine seconds: sixty Timers in the same moment would measure the Worker. */
const secondsOf = (index: number) => 6 + (index % 4);
/** Before the first Timer is due: the kill hits everything that happens then. */
const BEFORE_DUE_MS = 2000;
const COME_WITHIN_MS = 60_000;

/** What is killed, for how long it stays dead, and how late a greeting may be at most; milliseconds. */
export const KILLS = [
  // What the machine needs by itself, with everything still cold.
  { name: 'nobody', deadMs: 0, mostMs: 5000 },
  { name: 'frontend-1', deadMs: 5000, mostMs: 2500 },
  { name: 'worker-1', deadMs: 5000, mostMs: 2000 },
  { name: 'history-1', deadMs: 12_000, mostMs: 8000 },
  { name: 'matching-1', deadMs: 14_000, mostMs: 10_000 },
  { name: 'postgres', deadMs: 4000, mostMs: 9000 },
  { name: 'pgbouncer', deadMs: 4000, mostMs: 9000 },
] as const;
export type Kill = (typeof KILLS)[number];

export interface Drilled {
  name: string;
  greeted: number;
  /** Greetings one of whose two lookups was counted more than once, or never. */
  twice: number;
  /** After the Timer was due; milliseconds. */
  median: number;
  worst: number;
  holds: boolean;
}

/** Kills one process with sixty greetings in flight, and starts it again. @throws a user error when no cluster is up */
export async function drillOne(
  kill: Kill,
  { folder, ports, print }: { folder: string; ports: Ports; print(line: string): void },
): Promise<Drilled> {
  const client = clusterClient(ports);
  try {
    const run = `${kill.name}-${Date.now().toString(36)}`;
    const ids = Array.from({ length: GREETINGS }, (_, index) => `cluster-${run}-${index}`);
    print(`${kill.name}: ${GREETINGS} greetings are started, each sleeps 6 to 9 s.`);
    await Promise.all(
      ids.map((id, index) => startGreeting(client, id, { name: 'Ziggy', seconds: secondsOf(index) })),
    );
    const due = await untilAllSleep(client, ids);
    await delay(Math.max(0, Math.min(...due.values()) - BEFORE_DUE_MS - Date.now()));
    const isKill = kill.name !== 'nobody';
    if (isKill) await askCluster(folder, { do: 'kill', process: kill.name });
    const killedAt = Date.now();
    if (isKill) print(`${kill.name}: killed with SIGKILL.`);
    const startAgain = async () => isKill && askCluster(folder, { do: 'start', process: kill.name });
    const back = delay(kill.deadMs).then(startAgain);
    const ends = await Promise.all(ids.map((id) => endOf(client, id, killedAt + COME_WITHIN_MS)));
    await back;
    if (isKill) print(`${kill.name}: started again.`);
    const late = ids.flatMap((id, index) => {
      const [at, from] = [ends[index]?.at, due.get(id)];
      return at === undefined || from === undefined ? [] : [Math.max(0, at - from)];
    });
    const sorted = late.toSorted((a, b) => a - b);
    const worst = sorted.at(-1) ?? Number.POSITIVE_INFINITY;
    const twice = await countedWrongly(folder, ends);
    const holds = late.length === GREETINGS && twice === 0 && worst <= kill.mostMs;
    return {
      name: kill.name,
      greeted: late.length,
      twice,
      median: sorted[sorted.length >> 1] ?? 0,
      worst,
      holds,
    };
  } finally {
    await client.connection.close();
  }
}

/** When the Timer of each is due, once all have one; milliseconds since 1970. */
async function untilAllSleep(client: Client, ids: string[]): Promise<Map<string, number>> {
  const due = new Map<string, number>();
  while (due.size < ids.length) {
    await Promise.all(
      ids.map(async (id, index) => {
        if (due.has(id)) return;
        const { events } = await client.workflow.getHandle(id).fetchHistory();
        const started = events?.find(({ timerStartedEventAttributes }) => timerStartedEventAttributes);
        const at = toDate(started?.eventTime)?.getTime();
        if (at !== undefined) due.set(id, at + secondsOf(index) * 1000);
      }),
    );
    await delay(100);
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

/** How many of these greetings have not exactly one lookup at each of the two services, by what the network counted. */
async function countedWrongly(folder: string, ends: (End | undefined)[]): Promise<number> {
  const { lookups } = await askCluster(folder, { do: 'lookups' });
  const isRight = (end?: End) => {
    const own = lookups.filter(({ traceId }) => traceId === end?.runId.replaceAll('-', ''));
    return own.length === 2 && own.every(({ count }) => count === 1);
  };
  return ends.filter((end) => !isRight(end)).length;
}
