// Everybody's greetings since the room was opened: two lists of what is new and a count of Workers, however many greetings and viewers.
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import { isAway, troubleLog } from '../../support/service-error.ts';
import { type Status, toDate, WORKFLOW_TYPE } from '../progress.ts';
import { FRESH_MS, workerCounter } from '../workers.ts';
import { isInvented } from './ids.ts';

const POLL_INTERVAL_MS = 400;
const LOOK_LASTS_AT_MOST_MS = 1000;
/** The most that a Temporal Service lists at once. */
const PAGE_SIZE = 1000;
/** What has started or ended is listed a moment later: measured up to 0.1 s. */
const LISTED_LATE_MS = 3000;

/** One greeting of the room, as lists show it. Times are milliseconds since 1970. */
export interface Guest {
  id: string;
  runId: string;
  name: string;
  /** How long it sleeps. */
  seconds: number;
  status: Status;
  startedAt: number;
  endedAt?: number;
  isInvented: boolean;
}

/** What one look has seen. */
export interface Sight {
  at: number;
  /** In the order in which they came. */
  guests: Guest[];
  /** How many Workers are polling; undefined if that cannot be known. */
  workers?: number;
  /** Since when none has been; a killed Worker is missed some time after its last heartbeat. */
  noWorkerSince?: number;
  /** Since when the Temporal Service has not answered. */
  awaySince?: number;
  /** Why this look has seen nothing new. */
  error?: unknown;
}

/** Looks at the whole room, once or again and again. */
export interface Roster {
  look(): Promise<Sight>;
  /** Tells the listener about each look until the returned function is called. */
  follow(listener: (sight: Sight) => void): () => void;
}

type Execution = Awaited<
  ReturnType<Client['workflowService']['listWorkflowExecutions']>
>['executions'][number];

/** @param since the time from which on greetings count; when it changes, the list begins anew */
export function createRoster(client: Client, since: () => number): Roster {
  const countWorkers = workerCounter(client);
  const noteTrouble = troubleLog();
  const listeners = new Set<(sight: Sight) => void>();
  const guests = new Map<string, Guest>();
  let sight: Sight = { at: 0, guests: [] };
  let begun = 0;
  /** From there on something may be new. */
  let known = { starts: 0, ends: 0 };
  let failingSince: number | undefined;
  let looking: Promise<Sight> | undefined;
  let isRunning = false;

  async function list(more: string): Promise<Execution[]> {
    const { namespace } = client.options;
    const query = `WorkflowType = "${WORKFLOW_TYPE}" AND StartTime >= "${iso(begun)}" AND ${more}`;
    const found: Execution[] = [];
    let nextPageToken: Uint8Array | undefined;
    do {
      const page = await client.workflowService.listWorkflowExecutions({
        namespace,
        query,
        pageSize: PAGE_SIZE,
        nextPageToken,
      });
      found.push(...page.executions);
      nextPageToken = page.nextPageToken;
    } while (nextPageToken?.length);
    return found;
  }

  /** First who has come, then who has ended: whoever ends in between is in both lists, never in neither. */
  async function readLists(): Promise<void> {
    const come = await list(`StartTime >= "${iso(known.starts)}"`);
    const ended = await list(`ExecutionStatus != "Running" AND CloseTime >= "${iso(known.ends)}"`);
    for (const guest of [...come, ...ended].flatMap(guestOf)) {
      const isOver = guests.get(guest.id)?.endedAt !== undefined;
      if (!isOver || guest.endedAt !== undefined) guests.set(guest.id, guest);
    }
    known = {
      starts: Math.max(known.starts, latest(come, 'startTime') - LISTED_LATE_MS),
      ends: Math.max(known.ends, latest(ended, 'closeTime') - LISTED_LATE_MS),
    };
  }

  async function lookNow(): Promise<Sight> {
    if (begun !== since()) {
      begun = since();
      known = { starts: begun, ends: begun };
      guests.clear();
    }
    try {
      const deadline = Date.now() + LOOK_LASTS_AT_MOST_MS;
      const [, workers] = await client.withDeadline(deadline, () =>
        Promise.all([readLists(), countWorkers()]),
      );
      failingSince = undefined;
      noteTrouble();
      const inOrder = [...guests.values()].toSorted((a, b) => a.startedAt - b.startedAt);
      sight = { at: Date.now(), guests: inOrder, workers, noWorkerSince: sinceWhen(workers) };
    } catch (error) {
      if (!isAway(error)) noteTrouble(error);
      // One failed look is not an outage.
      sight = { ...sight, at: Date.now(), awaySince: failingSince, error };
      failingSince ??= Date.now();
    }
    return sight;
  }

  function sinceWhen(workers: number | undefined): number | undefined {
    return workers === 0 ? (sight.noWorkerSince ?? Date.now() - FRESH_MS) : undefined;
  }

  function look(): Promise<Sight> {
    looking ??= lookNow().finally(() => {
      looking = undefined;
    });
    return looking;
  }

  async function run(): Promise<void> {
    isRunning = true;
    while (listeners.size > 0) {
      const next = performance.now() + POLL_INTERVAL_MS;
      await look();
      for (const listener of listeners) listener(sight);
      await delay(Math.max(POLL_INTERVAL_MS / 4, next - performance.now()));
    }
    isRunning = false;
  }

  return {
    look,
    follow(listener) {
      listeners.add(listener);
      if (isRunning) listener(sight);
      else void run();
      return () => listeners.delete(listener);
    },
  };
}

/**
 * One look at the greetings since then.
 * @throws the error of a Temporal Service that does not answer
 */
export async function lookOnce(client: Client, since: number): Promise<Sight> {
  const sight = await createRoster(client, () => since).look();
  if (sight.error) throw sight.error;
  return sight;
}

function guestOf({ execution, memo, status, startTime, closeTime }: Execution): Guest[] {
  const id = execution?.workflowId;
  if (!id) return [];
  return [
    {
      id,
      runId: execution.runId ?? '',
      name: memoOf(memo, 'name', 'Somebody'),
      seconds: memoOf(memo, 'seconds', 0),
      status: STATUS[Number(status)] ?? 'UNKNOWN',
      startedAt: Number(toDate(startTime)),
      endedAt: closeTime ? Number(toDate(closeTime)) : undefined,
      isInvented: isInvented(id),
    },
  ];
}

/** A greeting that somebody else has started has no memo. */
function memoOf<Value>(memo: Execution['memo'], field: string, otherwise: Value): Value {
  const payload = memo?.fields?.[field];
  const value: unknown = payload && defaultPayloadConverter.fromPayload(payload);
  return typeof value === typeof otherwise ? (value as Value) : otherwise;
}

function latest(executions: Execution[], time: 'startTime' | 'closeTime'): number {
  return Math.max(0, ...executions.map((execution) => Number(toDate(execution[time]) ?? 0)));
}

function iso(time: number): string {
  return new Date(time).toISOString();
}

/** temporal.api.enums.v1.WorkflowExecutionStatus */
const STATUS: readonly Status[] = [
  'UNSPECIFIED',
  'RUNNING',
  'COMPLETED',
  'FAILED',
  'CANCELLED',
  'TERMINATED',
  'CONTINUED_AS_NEW',
  'TIMED_OUT',
];

/** How many of them are greeted, still in flight, and lost: none of those that somebody ended on purpose. */
export function countGuests(guests: readonly Guest[]) {
  const of = (...wanted: Status[]) => guests.filter(({ status }) => wanted.includes(status)).length;
  return { greeted: of('COMPLETED'), inFlight: of('RUNNING'), lost: of('FAILED', 'TIMED_OUT') };
}
