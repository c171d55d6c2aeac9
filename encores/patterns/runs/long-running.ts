// The run of long-running: a thousand items in a chain of runs, paused, added to and, where it may be, killed on the way.
import type { Client } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import type { Batch } from '../activities.ts';
import { type Execution, start } from '../client.ts';
import type { Work } from '../input.ts';
import { addItems, pause, progress, resume } from '../long-running.ts';
import { type Closed, type Event, resultIn, untilChainClosed, untilThere, workersIn } from './history.ts';
import { link, type Proof, type Run, type Show } from './run.ts';

const ITEMS = 1000;
const MORE = 50;
/** By then the first run has handed over to the second. */
const PAUSED_AFTER = 350;
const LONGEST_HISTORY = 200;

export const runs: Run[] = [
  {
    name: 'a thousand items',
    shows:
      'Several runs of one Workflow share the items; it is paused, gets more to do, and forgets nothing.',
    show: showThousand,
  },
];

async function showThousand(show: Show): Promise<Proof[]> {
  const { client, print, restartWorker } = show;
  const first = await start(client, 'long-running', { items: ITEMS });
  print(`${first.workflowId}: workThrough {"items":${ITEMS}}`);
  // Without a run id: whichever run of the chain is under way.
  const handle = client.workflow.getHandle(first.workflowId);
  const paused = await untilDone(client, first, PAUSED_AFTER);
  await untilSent('pause', () => handle.signal(pause));
  print(`  Query progress: ${JSON.stringify(paused)}. Signal pause`);
  await untilResting(client, first);
  // With an id of its own, an Update that has to be sent again is not carried out again.
  const update = { args: [MORE] as [number], updateId: 'more' };
  const accepted = await untilSent('addItems', () => handle.executeUpdate(addItems, update));
  print(`  Update addItems ${MORE}: ${JSON.stringify(accepted)}`);
  await untilSent('resume', () => handle.signal(resume));
  print('  Signal resume');
  if (restartWorker) {
    print('  The Worker is killed, and started again');
    await restartWorker();
  }
  const chain = await untilChainClosed(client, first);
  const proofs = [
    isOneChain(show, chain),
    isEachItemDoneOnce(chain),
    isBounded(chain),
    hasRested(chain),
    {
      what: `The Update was answered when the ${MORE} items were accepted`,
      holds: accepted.items === ITEMS + MORE && accepted.done < accepted.items,
      evidence: [`The answer: ${JSON.stringify(accepted)}`],
    },
  ];
  return restartWorker ? [...proofs, isByManyWorkers(chain)] : proofs;
}

async function untilDone(client: Client, { workflowId }: Execution, items: number): Promise<Work> {
  const handle = client.workflow.getHandle(workflowId);
  return untilThere(`${items} items of ${workflowId}`, async () => {
    const work = await handle.query(progress);
    return work.done >= items ? work : undefined;
  });
}

/** Once the batch at hand is finished, and the Workflow has seen that and begun no other; or once it has ended. */
async function untilResting(client: Client, { workflowId }: Execution): Promise<void> {
  const handle = client.workflow.getHandle(workflowId);
  await untilThere(`${workflowId} to rest`, async () => {
    const { raw, status } = await handle.describe();
    const { events = [] } = await handle.fetchHistory();
    const isIdle =
      raw.pendingActivities?.length === 0 && events?.at(-1)?.workflowTaskCompletedEventAttributes;
    return status.name !== 'RUNNING' || isIdle ? true : undefined;
  });
}

/** Sends a message, again if the Temporal Service is away. */
async function untilSent<T>(name: string, send: () => Promise<T>): Promise<T> {
  const { answer } = await untilThere(`an answer to ${name}`, async () => ({ answer: await send() }));
  return answer;
}

function isOneChain(show: Show, chain: Closed[]): Proof {
  const isLinked = chain.every(({ events }, index) => {
    const { continuedExecutionRunId = '', firstExecutionRunId } =
      events[0]?.workflowExecutionStartedEventAttributes ?? {};
    return (
      firstExecutionRunId === chain[0]?.runId &&
      (continuedExecutionRunId ?? '') === (chain[index - 1]?.runId ?? '')
    );
  });
  return {
    what: 'At least three runs, one chain, each linked to the one before',
    holds: chain.length >= 3 && isLinked && chain.at(-1)?.status === 'COMPLETED',
    evidence: chain.map((run, index) => `run ${index + 1}: ${itemsOf(run)} items: ${link(show, run)}`),
  };
}

function isEachItemDoneOnce(chain: Closed[]): Proof {
  const batches = chain.flatMap(({ events }) => batchesIn(events));
  const isInOrder = batches.every(({ from }, index) => from === (batches[index - 1]?.to ?? 0) + 1);
  const { to: last = 0 } = batches.at(-1) ?? {};
  const doneBefore = batches.reduce((sum, batch) => sum + batch.doneBefore, 0);
  return {
    what: 'No item twice, none missing',
    holds: isInOrder && last === ITEMS + MORE && resultIn(chain.at(-1)?.events.at(-1)) === last,
    evidence: [
      `${batches.length} batches from item ${batches[0]?.from} to ${last}, each going on where the one before ended`,
      ...(doneBefore > 0
        ? [`${doneBefore} items were asked for again by a second attempt, and not done again`]
        : []),
    ],
  };
}

function isBounded(chain: Closed[]): Proof {
  const lengths = chain.map(({ events }) => events.length);
  return {
    what: `No run has more than ${LONGEST_HISTORY} events`,
    holds: lengths.every((length) => length <= LONGEST_HISTORY),
    evidence: [`events of each run: ${lengths.join(', ')}`],
  };
}

/** The batch at hand is finished when the Signal comes; none is begun until the other Signal. */
function hasRested(chain: Closed[]): Proof {
  const events = chain.flatMap(({ events }) => events);
  const indexOf = (signal: string) =>
    events.findIndex((event) => event.workflowExecutionSignaledEventAttributes?.signalName === signal);
  const [from, to] = [indexOf('pause'), indexOf('resume')];
  const begun = events.slice(from, to).filter((event) => event.activityTaskScheduledEventAttributes);
  return {
    what: 'It rested between the Signals pause and resume',
    holds: from > 0 && to > from && begun.length === 0,
    evidence: [
      `batches begun between #${events[from]?.eventId} and #${events[to]?.eventId}: ${begun.length}`,
    ],
  };
}

function isByManyWorkers(chain: Closed[]): Proof {
  const workers = workersIn(chain.flatMap(({ events }) => events));
  return {
    what: 'Another Worker went on where the killed one was',
    holds: workers.length > 1,
    evidence: [`Workers, by pid@host: ${workers.join(', then ')}`],
  };
}

function itemsOf({ events }: Closed): number {
  return batchesIn(events).reduce((sum, { from, to }) => sum + to - from + 1, 0);
}

/** The batches that a run has completed, in their order. */
function batchesIn(events: Event[]): (Batch & { doneBefore: number })[] {
  return events.flatMap((event) => {
    const { activityTaskCompletedEventAttributes: completed } = event;
    if (!completed) return [];
    const scheduled = events.find(({ eventId }) => String(eventId) === String(completed.scheduledEventId));
    const [input] = scheduled?.activityTaskScheduledEventAttributes?.input?.payloads ?? [];
    if (!input) return [];
    const batch: Batch = defaultPayloadConverter.fromPayload(input);
    return [{ ...batch, ...(resultIn(event) as { doneBefore: number }) }];
  });
}
