// The drill of the cluster: sixty greetings in flight, a process killed in the middle of them, and the proof that every greeting came.
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { Ports } from '../../encores/cluster/layout.ts';
import { userError } from '../../hello-ip/support/user-error.ts';
import { askCluster } from './control.ts';
import { countedWrongly, type End, endsOf, startSurely, untilAllSleep } from './greetings.ts';
import { clusterClient } from './up.ts';

export const GREETINGS = 60;
/** Each sleeps from six to nine seconds: sixty Timers in the same moment would measure the Worker. */
const secondsOf = (index: number) => 6 + (index % 4);
/** Before the first Timer is due: the kill hits everything that happens then. */
const BEFORE_DUE_MS = 2000;
/** A machine that runs eight hosts is slow to answer sixty calls at once. */
const AT_A_TIME = 10;
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
  const { process, deadMs } = kill;
  const isKill = process !== NOBODY;
  const name = isKill && deadMs === 0 ? `${process} ${AT_ONCE}` : process;
  const prefix = `cluster-${process}-${Date.now().toString(36)}-`;
  const ids = Array.from({ length: GREETINGS }, (_, index) => prefix + index);
  const killAndStart = async () => {
    await askCluster(folder, { do: 'kill', process });
    print(`${name}: killed with SIGKILL.`);
    await delay(deadMs);
    await askCluster(folder, { do: 'start', process });
    print(`${name}: started again.`);
  };
  try {
    print(`${name}: ${GREETINGS} greetings are started, each sleeps 6 to 9 s.`);
    await startAll(client, ids);
    const due = await untilAllSleep(client, ids, secondsOf);
    await delay(Math.max(0, Math.min(...due.values()) - BEFORE_DUE_MS - Date.now()));
    const killing = isKill ? killAndStart() : undefined;
    const ends = await endsOf(client, prefix, ids.length, Date.now() + COME_WITHIN_MS);
    await killing;
    return judge(
      { name, mostMs: kill.mostMs },
      due,
      ends,
      await countedWrongly(
        folder,
        ids.map((id) => ends.get(id)),
      ),
    );
  } finally {
    await client.connection.close();
  }
}

async function startAll(client: Client, ids: string[]): Promise<void> {
  for (let first = 0; first < ids.length; first += AT_A_TIME) {
    const some = ids.slice(first, first + AT_A_TIME);
    await Promise.all(some.map((id, index) => startSurely(client, id, secondsOf(first + index))));
  }
}

/** @param due when each Timer was due @param ends how those ended that did @param twice those with another number of lookups than two */
function judge(
  kill: Pick<Drilled, 'name' | 'mostMs'>,
  due: ReadonlyMap<string, number>,
  ends: ReadonlyMap<string, End>,
  twice: number,
): Drilled {
  const late = [...ends]
    .map(([id, { at }]) => Math.max(0, at - (due.get(id) ?? at)))
    .toSorted((a, b) => a - b);
  const worst = late.at(-1) ?? Number.POSITIVE_INFINITY;
  const isComplete = late.length === due.size && twice === 0;
  const median = late[late.length >> 1] ?? 0;
  const holds = isComplete && worst <= kill.mostMs;
  return { ...kill, greeted: late.length, twice, median, worst, isComplete, holds };
}
