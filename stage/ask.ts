// Asks the stage that `npm start` has brought up, over its control port.
import { userError } from '../hello-ip/user-error.ts';
import type { CountersReport } from './counters.ts';
import type { NetworkOrder, NetworkReport } from './network.ts';
import { readPorts } from './settings.ts';
import type { Done, Report } from './supervisor.ts';
import type { ProcessName } from './words.ts';

/** What the stage can be asked to do. */
export type Order =
  | { do: 'status' }
  | { do: 'start' | 'stop' | 'kill' | 'freeze' | 'thaw'; process: ProcessName }
  | { do: 'network'; order: NetworkOrder['do'] }
  | { do: 'counters'; order: 'start' | 'kill' | 'report' };

/** How one process is, and whose it is. */
export interface ProcessStatus extends Report {
  name: ProcessName;
  /** Runs in a terminal of the presenter's, or is left to one. */
  yours: boolean;
  frozen: boolean;
}

/** How the whole stage is. */
export interface StageStatus {
  processes: ProcessStatus[];
  /** Nothing where the network is down or left to a terminal of the presenter's. */
  network?: Pick<NetworkReport, 'state' | 'venue'>;
  /** The Temporal profile of another Service, where there is one. */
  profile?: string;
  ports: ReturnType<typeof readPorts>;
}

/** What it answers to each order. */
export type Answer<O extends Order> = O extends { do: 'status' }
  ? StageStatus
  : O extends { do: 'network' }
    ? NetworkReport
    : O extends { do: 'counters' }
      ? CountersReport
      : Done;

/** Longer than any order takes: a start is given up after 15 s, a polite stop after 2. */
const ANSWER_WITHIN_MS = 30_000;

/** The header that a web page cannot send to another origin without being asked, and so cannot send here. */
export const STAGE_HEADER = 'x-stage';

/**
 * Gives the stage an order and waits until it is done.
 * @throws a user's error when the order cannot be carried out, or when no stage is up.
 */
export async function askStage<O extends Order>(order: O): Promise<Answer<O>> {
  const { control } = readPorts();
  const response = await fetch(`http://127.0.0.1:${control}/`, {
    method: 'POST',
    headers: { [STAGE_HEADER]: '1', 'content-type': 'application/json' },
    body: JSON.stringify(order),
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  }).catch((error) => {
    if (error.name === 'TimeoutError')
      throw userError('The stage does not answer. Look at its terminal, and restart it: npm start');
    throw userError('The stage is not up. Start it in another terminal: npm start');
  });
  const answer = (await response.json().catch(() => ({}))) as Answer<O> & { error?: string };
  if (response.ok) return answer;
  throw userError(
    answer.error ?? `Something else than the stage listens on port ${control}. Set CONTROL_PORT.`,
  );
}

/** Whether a stage is up; false where it is not. */
export async function stageStatus(): Promise<StageStatus | undefined> {
  return askStage({ do: 'status' }).catch(() => undefined);
}
