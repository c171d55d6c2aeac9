// Gives orders to the stage that `npm start` brought up, over its control port.
import { resolve } from 'node:path';
import { userError } from '../../hello-ip/support/user-error.ts';
import type { NetworkOrder, NetworkReport } from '../network/process.ts';
import type { ProcessName } from '../processes/names.ts';
import type { Done, Report } from '../processes/supervisor.ts';
import { readPorts, stageFolder } from '../settings.ts';
import { readControl } from './control-file.ts';
import type { CountersReport } from './counters.ts';
import { sendOrder, type TimeLimit } from './send-order.ts';

/** What the stage can be asked to do. */
export type Order =
  | { do: 'status' }
  | { do: 'start' | 'stop' | 'kill' | 'freeze' | 'thaw'; process: ProcessName }
  | { do: 'network'; order: NetworkOrder['do'] }
  | { do: 'note'; bug: 'in' | 'out' }
  | { do: 'counters'; order: 'start' | 'kill' | 'clear' | 'report' };

/** The state of one process, and whose it is. */
export interface ProcessStatus extends Report {
  name: ProcessName;
  /** Runs in the presenter's own terminal, or is meant to. */
  yours: boolean;
  frozen: boolean;
}

/** The state of the whole stage. */
export interface StageStatus {
  processes: ProcessStatus[];
  /** Absent while the network is down, or in the presenter's own terminal. */
  network?: Pick<NetworkReport, 'state' | 'venue'>;
  /** The Temporal profile of another Temporal Service, if one is used. */
  profile?: string;
  /** Where that profile leads in the stage's terminal, or the stage's own Temporal Service. */
  service: { address: string; namespace: string };
  ports: ReturnType<typeof readPorts>;
}

/** The stage's answer to each order. */
export type OrderResult<O extends Order> = O extends { do: 'status' }
  ? StageStatus
  : O extends { do: 'network' }
    ? NetworkReport
    : O extends { do: 'counters' }
      ? CountersReport
      : O extends { do: 'note' }
        ? Record<string, never>
        : Done;

/** What it answers instead: an error and, to callers without its token, the stage's folder. */
export interface ControlRefusal {
  error?: string;
  folder?: string;
}

const OTHER_STAGE = 'OTHER_STAGE';

/** Carries the token; a web page can send it to another origin only after a preflight, and so cannot send it here. */
export const STAGE_HEADER = 'x-stage';

/**
 * Gives the stage an order and waits until it is done.
 * @throws a user error when the order fails or exceeds the limit, or when no stage is up.
 */
export async function askStage<O extends Order>(order: O, limit?: TimeLimit): Promise<OrderResult<O>> {
  const { port, token } = readControl(stageFolder()) ?? { port: readPorts().control, token: '' };
  const headers = { [STAGE_HEADER]: token, 'content-type': 'application/json' };
  const { status, body } = await sendOrder(port, headers, order, limit).catch((error) => {
    if (error.name === 'UserError') throw error;
    throw userError('The stage is not up. Start it in another terminal: npm start');
  });
  const answer = readAnswer<OrderResult<O>>(body);
  if (status === 200 && answer) return answer;
  if (answer?.folder) throw notThisStage(port, answer.folder);
  throw userError(
    answer?.error ?? `Something other than the stage listens on port ${port}. Set CONTROL_PORT.`,
  );
}

/** A stage answers, but does not accept the token in this one's folder. */
function notThisStage(port: number, folder: string): Error {
  const isOurs = folder === resolve(stageFolder());
  const message = isOurs
    ? `The folder of the stage, ${folder}, was emptied while the stage was running. Restart it: Ctrl-C in its terminal, then npm start`
    : `The stage on port ${port} is another one, in the folder ${folder}. Give it orders from its own clone, or start this one on its own CONTROL_PORT.`;
  return Object.assign(userError(message), { code: OTHER_STAGE });
}

function readAnswer<A>(body: string): (A & ControlRefusal) | undefined {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/**
 * The status of the stage; undefined if none is up.
 * @throws a user error when another stage answers, and the limit's own when it takes longer
 */
export async function stageStatus(limit?: TimeLimit): Promise<StageStatus | undefined> {
  return askStage({ do: 'status' }, limit).catch((error) => {
    if (error === limit?.late) throw error;
    return unlessOther(error);
  });
}

/** Swallows a failure that means that no stage is up, and throws one that means that another is. */
export function unlessOther(error: NodeJS.ErrnoException): undefined {
  if (error.code === OTHER_STAGE) throw error;
}

/** @throws a user error when the stage that answers is another clone's; a silent one is left to whoever needs it */
export async function refuseOtherStage(): Promise<void> {
  const late = userError('The stage does not answer. Look at its terminal.');
  await stageStatus({ withinMs: 1000, late }).catch((error) => {
    if (error !== late) throw error;
  });
}
