// The Activity that keeps the history of a run: it follows the run's Event History, and writes each state of it.
import type { Client } from '@temporalio/client';
import { createCursor } from '../../support/cursor.ts';
import { whileHeartbeating } from '../../support/heartbeat.ts';
import { HistoryReader, type Told } from '../history-reader.ts';
import type { Database } from './database.ts';
import { rowsOf } from './rows.ts';
import { record } from './store.ts';

/** @returns the Activities of the history */
export function createRecorder(client: Client, database: Database) {
  return {
    /** Returns once the run has ended, and that is written. If it is cut off, the next attempt begins anew, and writes the same. */
    recordRun: (workflowId: string): Promise<void> =>
      whileHeartbeating(() =>
        followAndWrite(client, workflowId, (told, runId) => write(workflowId, runId, told)),
      ),
  };

  async function write(workflowId: string, runId: string, told: Told): Promise<void> {
    await record(database, rowsOf({ workflowId, runId, ...told, atHand: new Map(), children: new Map() }));
  }
}

export type Recorder = ReturnType<typeof createRecorder>;

async function followAndWrite(
  client: Client,
  workflowId: string,
  write: (told: Told, runId: string) => Promise<void>,
): Promise<void> {
  let { runId } = await client.workflow.getHandle(workflowId).describe();
  let cursor = readerOf(runId);
  for (;;) {
    await cursor.readNext();
    const told = cursor.told();
    if (told) await write(told, runId);
    if (!told || told.endedAt !== undefined) return;
    if (!told.continuedAs) continue;
    runId = told.continuedAs;
    cursor = readerOf(runId);
  }

  function readerOf(run: string) {
    return createCursor(client, { workflowId, runId: run }, () => new HistoryReader(workflowId));
  }
}

/** Writes all runs there are, from their Event Histories. @returns how many */
export async function rebuild(client: Client, database: Database): Promise<number> {
  let count = 0;
  for await (const { workflowId, runId } of client.workflow.list({ query: 'WorkflowType = "pipeline"' })) {
    const reader = new HistoryReader(workflowId);
    const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    for (const event of events ?? []) await reader.add(event);
    const told = reader.told();
    // What went on in a new history is told by that one.
    if (!told || told.continuedAs) continue;
    await record(database, rowsOf({ workflowId, runId, ...told, atHand: new Map(), children: new Map() }));
    count += 1;
  }
  return count;
}
