// Counts the Workers that are polling, by the heartbeats that they send to the Temporal Service.
import type { Client } from '@temporalio/client';
import { TASK_QUEUE } from '../greeting.ts';
import { toDate } from './progress.ts';

/** A Worker sends a heartbeat every second here (stage-tuning.ts); after 2.5 s without one it is gone. */
export const FRESH_MS = 2500;
/** All open pages share one look. */
const LOOK_LASTS_MS = 400;

/** temporal.api.enums.v1.WorkerStatus */
const WORKER_STATUS_RUNNING = 1;

/**
 * Returns a function that counts the Workers now polling a Task Queue; undefined if that cannot be known, because the Service does
 * not list Workers or has never listed one.
 */
export function workerCounter(client: Client, taskQueue = TASK_QUEUE): () => Promise<number | undefined> {
  let look: Promise<number | undefined> | undefined;
  let lookedAt = 0;
  // A Temporal Service that was restarted has forgotten them; we have not.
  let heardOf = false;

  async function count(): Promise<number | undefined> {
    const heartbeats = await listHeartbeats(client, taskQueue);
    heardOf ||= heartbeats.length > 0;
    return heardOf ? heartbeats.filter(isFresh).length : undefined;
  }

  return () => {
    if (!look || Date.now() - lookedAt > LOOK_LASTS_MS) {
      lookedAt = Date.now();
      look = count().catch(() => undefined);
    }
    return look;
  };
}

async function listHeartbeats(client: Client, taskQueue: string) {
  const { workersInfo } = await client.workflowService.listWorkers({
    namespace: client.options.namespace,
    query: `TaskQueue="${taskQueue}"`,
  });
  return workersInfo.map(({ workerHeartbeat }) => workerHeartbeat);
}

type Heartbeat = Awaited<ReturnType<typeof listHeartbeats>>[number];

/** A Worker that shuts down says so; one that was killed just falls silent. */
function isFresh(heartbeat: Heartbeat): boolean {
  const beat = toDate(heartbeat?.heartbeatTime)?.getTime() ?? 0;
  return heartbeat?.status === WORKER_STATUS_RUNNING && Date.now() - beat < FRESH_MS;
}
