// Reads the Event History of one release as it grows: each event once.
import type { Client } from '@temporalio/client';
import { codeOf, isAway } from '../../hello-ip/support/service-error.ts';
import { HistoryReader, type Told } from './history.ts';

/** One run of one Workflow. */
export interface Execution {
  workflowId: string;
  runId: string;
}

/** Where reading has got to. */
export interface Cursor {
  /** What the events say that were read; undefined if they are not those of a release. */
  told(): Told | undefined;
  /**
   * Reads what has come since, up to this many events, or to the end of a release that has ended.
   * @throws a gRPC service error when the Temporal Service does not answer; the next call goes on from there
   */
  read(length: number): Promise<void>;
}

export function createCursor(client: Client, execution: Execution): Cursor {
  let reader = new HistoryReader();
  let read = 0;
  /** Where the next page begins; a release that has ended has none after its last. */
  let nextPageToken: Uint8Array | undefined;

  /** With `waitNewEvent`, the last page of a running release names the page after it, too. */
  async function readPage(): Promise<void> {
    const { namespace } = client.options;
    const page = await client.workflowService.getWorkflowExecutionHistory({
      namespace,
      execution,
      nextPageToken,
      waitNewEvent: true,
    });
    for (const event of page.history?.events ?? []) {
      reader.add(event);
      read += 1;
    }
    nextPageToken = page.nextPageToken ?? undefined;
  }

  function beginAnew(): void {
    reader = new HistoryReader();
    read = 0;
    nextPageToken = undefined;
  }

  return {
    told: () => reader.told(),
    async read(length) {
      while (read < length) {
        try {
          await readPage();
        } catch (error) {
          // A Temporal Service that was restarted may not know its pages any more.
          if (codeOf(error) === undefined || isAway(error) || read === 0) throw error;
          beginAnew();
        }
      }
    },
  };
}
