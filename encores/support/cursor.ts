// Reads one Event History as it grows: each event once.
import type { Client, WorkflowHandle } from '@temporalio/client';
import { codeOf, isAway } from '../../hello-ip/support/service-error.ts';

export type HistoryEvent = NonNullable<Awaited<ReturnType<WorkflowHandle['fetchHistory']>>['events']>[number];

/** One run of one Workflow. */
export interface Execution {
  workflowId: string;
  runId: string;
}

/** Makes something of the events, which it is given one after the other. */
export interface Reader<Told> {
  add(event: HistoryEvent): void | Promise<void>;
  /** What the events say so far; undefined if they are not what it can read. */
  told(): Told | undefined;
}

/** Where reading has got to. */
export interface Cursor<Told> extends Pick<Reader<Told>, 'told'> {
  /**
   * Reads what has come since, up to this many events, or to the end of a Workflow that has ended.
   * @throws a gRPC service error when the Temporal Service does not answer; the next call goes on from there
   */
  read(length: number): Promise<void>;
  /** Waits for the next event of a Workflow that has not ended, and reads all that have come with it. */
  readNext(): Promise<void>;
}

export function createCursor<Told>(
  client: Client,
  execution: Execution,
  createReader: () => Reader<Told>,
): Cursor<Told> {
  let reader = createReader();
  let read = 0;
  /** Where the next page begins; a Workflow that has ended has none after its last. */
  let nextPageToken: Uint8Array | undefined;

  /** With `waitNewEvent`, the last page of a running Workflow names the page after it, too. */
  async function readPage(): Promise<void> {
    const { namespace } = client.options;
    const page = await client.workflowService.getWorkflowExecutionHistory({
      namespace,
      execution,
      nextPageToken,
      waitNewEvent: true,
    });
    for (const event of page.history?.events ?? []) {
      await reader.add(event);
      read += 1;
    }
    nextPageToken = page.nextPageToken ?? undefined;
  }

  function beginAnew(): void {
    reader = createReader();
    read = 0;
    nextPageToken = undefined;
  }

  async function readTo(length: number): Promise<void> {
    while (read < length) {
      try {
        await readPage();
      } catch (error) {
        // A Temporal Service that was restarted may not know its pages any more.
        if (codeOf(error) === undefined || isAway(error) || read === 0) throw error;
        beginAnew();
      }
    }
  }

  return { told: () => reader.told(), read: readTo, readNext: () => readTo(read + 1) };
}
