// Looks at the processes of the kit, with a stage and without one.
import type { Client } from '@temporalio/client';
import { TASK_QUEUE } from '../../hello-ip/greeting.ts';
import { toDate } from '../../hello-ip/web/progress.ts';
import type { ProcessStatus, StageStatus } from '../ask.ts';
import { isAway, isRefused, LOOK_MS, look } from './service.ts';
import { type Beat, describe, httpVital, workerVital } from './vitals.ts';
import type { Vital, Watched } from './world.ts';

/** temporal.api.enums.v1.WorkerStatus */
const WORKER_STATUS_RUNNING = 1;

/** Where they are. */
export interface Places {
  client: Client;
  /** Of the Temporal Service. */
  address: string;
  app: string;
  network: string;
  webUi: string;
  /** What the stage says, where one is up. */
  status(): Promise<StageStatus | undefined>;
}

/** One look at one of them, now. */
export async function processVital(name: Watched, places: Places): Promise<Vital> {
  if (name === 'web-ui') return httpVital(places.webUi, '<html');
  const report = (await places.status())?.processes.find((process) => process.name === name);
  if (name === 'server') return serverVital(places, report);
  if (name === 'worker') return workersVital(places, report);
  if (name === 'app') return httpVital(places.app, 'Get Greeting', report);
  // It refuses what comes from a browser, and to it we look like one; that is not counted as a lookup.
  return httpVital(places.network, 'Web pages may not use this', report);
}

async function serverVital({ client, address }: Places, report?: ProcessStatus): Promise<Vital> {
  const said = report ? `; ${describe(report)}` : '';
  const { namespace } = client.options;
  try {
    await look(client, () => client.workflowService.describeNamespace({ namespace }));
    return { up: true, fact: `${address} answers${said}` };
  } catch (error) {
    if (isRefused(error)) return { up: false, fact: `${address} refuses the connection${said}` };
    if (isAway(error))
      return { up: undefined, fact: `${address} does not answer within ${LOOK_MS / 1000} s${said}` };
    return { up: undefined, fact: `${address} answers with an error: ${(error as Error).message}` };
  }
}

async function workersVital({ client }: Places, report?: ProcessStatus): Promise<Vital> {
  try {
    return workerVital({ beats: await look(client, () => listBeats(client)), report });
  } catch (error) {
    const unasked = isAway(error)
      ? 'the Temporal Service does not answer, so nobody can say who polls'
      : 'this Temporal Service lists no Workers';
    return workerVital({ unasked, report });
  }
}

async function listBeats(client: Client): Promise<Beat[]> {
  const { namespace } = client.options;
  const query = `TaskQueue="${TASK_QUEUE}"`;
  const { workersInfo } = await client.workflowService.listWorkers({ namespace, query });
  return workersInfo.map(({ workerHeartbeat: beat }) => ({
    host: beat?.hostInfo?.hostName ?? '',
    pid: Number(beat?.hostInfo?.processId),
    at: toDate(beat?.heartbeatTime) ?? new Date(0),
    running: beat?.status === WORKER_STATUS_RUNNING,
  }));
}
