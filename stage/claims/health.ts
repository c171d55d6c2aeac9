// Whether the processes of the kit are up or down, judged by their answers, with or without a stage.
import { hostname } from 'node:os';
import type { Client } from '@temporalio/client';
import { hostsOf, isOfTheFirst, readClusterPorts, SHARDS } from '../../encores/cluster/layout.ts';
import { TASK_QUEUE as PATTERN_QUEUE } from '../../encores/patterns/input.ts';
import { TASK_QUEUE as PIPELINE_QUEUE } from '../../encores/pipelines/task-queue.ts';
import { TASK_QUEUE as RELEASE_QUEUE } from '../../encores/releases/deployment.ts';
import { TASK_QUEUE } from '../../hello-ip/greeting.ts';
import { isAway, isRefused } from '../../hello-ip/support/service-error.ts';
import { toDate } from '../../hello-ip/web/progress.ts';
import { ownedBy, silentAmong } from '../cluster/health.ts';
import type { ProcessStatus, StageStatus } from '../control/client.ts';
import { isAlive } from '../processes/process-table.ts';
import type { Health, Watched } from './observations.ts';
import { LOOK_MS, look } from './service.ts';

/** A Worker of the kit sends a heartbeat each second (hello-ip/stage-tuning.ts); 2.5 s without one, and it is gone. */
const FRESH_MS = 2500;
/** temporal.api.enums.v1.WorkerStatus */
const WORKER_STATUS_RUNNING = 1;

/** Where the processes are. */
export interface Places {
  client: Client;
  /** Of the Temporal Service. */
  address: string;
  app: string;
  network: string;
  platform: string;
  /** The page of the releases. */
  releases: string;
  /** The page of the pipelines. */
  pipelines: string;
  webUi: string;
  /** The status of the stage, if one is up. */
  status(): Promise<StageStatus | undefined>;
}

/** One look at one process, now. */
export async function processHealth(name: Watched, places: Places): Promise<Health> {
  if (name === 'web-ui') return httpHealth(places.webUi, '<html');
  const report = (await places.status())?.processes.find((process) => process.name === name);
  if (name === 'server') return serverHealth(places, report);
  if (name === 'worker') return workersHealth(places, TASK_QUEUE, report);
  if (name === 'releases') return workersHealth(places, RELEASE_QUEUE, report);
  if (name === 'pipelines') return workersHealth(places, PIPELINE_QUEUE, report);
  if (name === 'patterns') return workersHealth(places, PATTERN_QUEUE, report);
  if (name === 'app') return httpHealth(places.app, 'Get Greeting', report);
  if (name === 'platform') return httpHealth(`${places.platform}/health`, '"up"', report);
  if (name === 'pipelines-page') return httpHealth(`${places.pipelines}/`, 'Pipelines', report);
  if (name === 'cluster') return clusterHealth(report);
  if (name === 'releases-page') return httpHealth(`${places.releases}/releases`, 'Releases', report);
  // It refuses browsers, and to it we look like one; that does not count as a lookup.
  return httpHealth(places.network, 'Web pages may not use this', report);
}

/** Of the hosts that it is brought up with. */
async function clusterHealth(report?: ProcessStatus): Promise<Health> {
  const said = report ? `; ${describe(report)}` : '';
  const hosts = hostsOf(readClusterPorts()).filter(isOfTheFirst);
  const [silent, owned] = await Promise.all([silentAmong(hosts), ownedBy(hosts)]);
  if (silent.length === hosts.length) return { up: false, fact: `no host answers${said}` };
  const fact = silent.length > 0 ? `silent: ${silent.join(', ')}` : `${hosts.length} hosts serve`;
  const up = silent.length === 0 && owned === SHARDS ? true : undefined;
  return { up, fact: `${fact}, ${owned} of ${SHARDS} shards have an owner${said}` };
}

async function serverHealth({ client, address }: Places, report?: ProcessStatus): Promise<Health> {
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

async function workersHealth({ client }: Places, taskQueue: string, report?: ProcessStatus): Promise<Health> {
  try {
    return workerHealth({ beats: await look(client, () => listBeats(client, taskQueue)), report });
  } catch (error) {
    const unasked = isAway(error)
      ? 'the Temporal Service does not answer, so it is unknown who polls'
      : 'this Temporal Service lists no Workers';
    return workerHealth({ unasked, report });
  }
}

async function listBeats(client: Client, taskQueue: string): Promise<Beat[]> {
  const { namespace } = client.options;
  const query = `TaskQueue="${taskQueue}"`;
  const { workersInfo } = await client.workflowService.listWorkers({ namespace, query });
  return workersInfo.map(({ workerHeartbeat: beat }) => ({
    host: beat?.hostInfo?.hostName ?? '',
    pid: Number(beat?.hostInfo?.processId),
    at: toDate(beat?.heartbeatTime) ?? new Date(0),
    running: beat?.status === WORKER_STATUS_RUNNING,
  }));
}

/** The last sign of life from a Worker that the Temporal Service knows of. */
export interface Beat {
  host: string;
  pid: number;
  at: Date;
  /** It had not announced its shutdown. */
  running: boolean;
}

/** What can be known about the Workers. */
export interface WorkerSigns {
  /** Undefined if the Temporal Service cannot be asked. */
  beats?: Beat[];
  /** Why not. */
  unasked?: string;
  /** What the stage says about its Worker; it may not know of one in the presenter's own terminal. */
  report?: ProcessStatus;
}

/** Whether a Worker polls. */
export function workerHealth({ beats, unasked, report }: WorkerSigns, now = Date.now()): Health {
  const ended = report && !report.yours && report.pid === undefined;
  const said = report ? `; ${describe(report)}` : '';
  if (!beats) return { up: ended ? false : undefined, fact: `${unasked}${said}` };
  const last = beats.toSorted((a, b) => a.at.getTime() - b.at.getTime()).at(-1);
  const age = last ? `${((now - last.at.getTime()) / 1000).toFixed(1)} s ago from pid ${last.pid}` : '';
  const fresh = beats.filter((beat) => isFresh(beat, now));
  if (fresh.length > 0) {
    const pids = fresh.map(({ pid }) => `pid ${pid}`).join(', ');
    return { up: true, fact: `polls (${pids}), last heartbeat ${age}` };
  }
  // A new Worker, or one that a restarted Temporal Service does not know yet, sends a heartbeat within that time.
  const holdMs = ended ? 0 : FRESH_MS;
  return { up: false, fact: `${last ? `last heartbeat ${age}` : 'no heartbeat'}${said}`, holdMs };
}

/** The pid shows at once that a Worker on this machine was killed. */
function isFresh({ host, pid, at, running }: Beat, now: number): boolean {
  return running && now - at.getTime() < FRESH_MS && (host !== hostname() || isAlive(pid));
}

/** Whether what answers at this address has this sign on its page. */
export async function httpHealth(url: string, sign: string, report?: ProcessStatus): Promise<Health> {
  const said = report ? `; ${describe(report)}` : '';
  const answer = await ask(url);
  if (answer.refused) return { up: false, fact: `${url} refuses the connection${said}` };
  if (answer.text === undefined)
    return { up: undefined, fact: `${url} does not answer within ${LOOK_MS / 1000} s${said}` };
  if (!answer.text.includes(sign)) return { up: undefined, fact: `something else answers at ${url}${said}` };
  return { up: true, fact: `${url} answers${said}` };
}

/** One GET, whatever its status; neither text nor refused if no answer came in time. */
export async function ask(
  url: string,
  withinMs = LOOK_MS,
): Promise<{ status?: number; text?: string; refused?: boolean }> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(withinMs) });
    return { status: response.status, text: await response.text() };
  } catch (error) {
    const code = ((error as Error).cause as NodeJS.ErrnoException | undefined)?.code;
    return { refused: code === 'ECONNREFUSED' };
  }
}

/** What the stage says about a process. */
export function describe({ state, pid, ended, frozen }: ProcessStatus): string {
  if (pid !== undefined) return `the stage says: ${frozen ? 'frozen' : state}, pid ${pid}`;
  return `the stage says: ${state}${ended ? ` (${ended})` : ''}`;
}
