// What a run of a pattern is: a Workflow that is started to be looked at, and what its Event History proves.
import type { Client } from '@temporalio/client';
import { executionUrl } from '../../../hello-ip/web/web-ui.ts';
import type { Execution } from '../client.ts';

/** Something that the audience was told, and whether the Event History says so, too. */
export interface Proof {
  what: string;
  holds: boolean;
  evidence: string[];
}

/** What a run needs of whoever shows it. */
export interface Show {
  client: Client;
  print: (line: string) => void;
  /** The address of the Temporal Web UI, without a slash at the end. */
  webUi: string;
  /** Kills the Worker and starts it again; resolves when the new one is ready. Without it no run kills anything. */
  restartWorker?: () => Promise<void>;
}

export interface Run {
  name: string;
  /** What it is to show, in one sentence. */
  shows: string;
  /**
   * Starts the Workflow, and waits for what is to be seen.
   * @throws a user error when nothing happens for a minute, for want of a Worker
   */
  show(show: Show): Promise<Proof[]>;
}

export function link({ client, webUi }: Show, { workflowId, runId }: Execution): string {
  return executionUrl(webUi, client.options.namespace, workflowId, runId);
}
