// What claims look at: the greeting that was started last, its page, and the processes, as they really are.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Client, type Connection, WorkflowNotFoundError } from '@temporalio/client';
import { createFollower as followRuns } from '../../encores/pipelines/follow.ts';
import { createFollower } from '../../encores/releases/follow.ts';
import { codeOf, isAway } from '../../hello-ip/support/service-error.ts';
import { userError } from '../../hello-ip/support/user-error.ts';
import { lastStarted } from '../../hello-ip/web/last-started.ts';
import { type Reading, readProgress, WORKFLOW_TYPE } from '../../hello-ip/web/progress.ts';
import { lookOnce } from '../../hello-ip/web/room/roster.ts';
import { askStage, type StageStatus, stageStatus, unlessOther } from '../control/client.ts';
import { durableNumbers } from '../control/durable-count.ts';
import { createStageClient, webUiOf } from '../control/service-client.ts';
import { writeOwnFile } from '../processes/own-files.ts';
import { roomHere } from '../room/here.ts';
import { readPorts, stageFolder } from '../settings.ts';
import { ask, type Places, processHealth } from './health.ts';
import type { Counts, DeployedApp, GreetingSnapshot, Observations } from './observations.ts';
import { newestPipeline, readRecorded } from './read-pipelines.ts';
import { LOOK_MS, look } from './service.ts';

/** The app takes up to 1.5 s for its own look at the Temporal Service. */
const PAGE_MS = 2500;
/** A greeting is listed within 70 ms of its start, measured on a busy machine. */
const LISTED_AFTER_MS = 300;

/** Observations over a connection. */
export interface OpenObservations extends Observations {
  close(): Promise<void>;
}

/** Observations of the stage that is up, or of what was started without one; `of` is the greeting to look at. */
export async function openObservations(of?: string): Promise<OpenObservations> {
  const listed = performance.now() + LISTED_AFTER_MS;
  const places = await findPlaces();
  const { client, address } = places;
  const readings = new Map<string, Reading>();
  const follower = createFollower(client);
  const runs = followRuns(client);

  async function subject(): Promise<string> {
    if (of) return of;
    await delay(Math.max(0, listed - performance.now()));
    const workflowId = await look(client, () => lastStarted(client));
    if (!workflowId) throw userError('There is no greeting yet. Start one: npm run stage greet Ziggy 10');
    return workflowId;
  }

  async function greeting(): Promise<GreetingSnapshot> {
    const seen = await greetingOf(await subject());
    remember({ address, workflowId: seen.workflowId, due: seen.progress.timer?.due });
    return seen;
  }

  async function greetingOf(workflowId: string): Promise<GreetingSnapshot> {
    const reading = await look(client, () => readProgress(client, workflowId, readings.get(workflowId)));
    if (!reading)
      throw userError(`"${workflowId}" is not a greeting. Its Workflow type is not ${WORKFLOW_TYPE}.`);
    readings.set(workflowId, reading);
    return { workflowId, ...reading };
  }

  /** What is known of the greeting: as it is now or, while the Temporal Service is away, as it was last seen. */
  async function known(): Promise<{ workflowId: string; due?: Date }> {
    try {
      const { workflowId, progress } = await greeting();
      return { workflowId, due: progress.timer?.due };
    } catch (error) {
      const seen = isAway(error) ? recall(address) : undefined;
      if (seen && (!of || of === seen.workflowId)) return seen;
      throw error;
    }
  }

  async function page() {
    const { workflowId } = of ? { workflowId: of } : await known();
    return { workflowId, text: await readPage(places.app, workflowId) };
  }

  return {
    greeting: () => greeting().catch((error) => explain(address, error)),
    page: () => page().catch((error) => explain(address, error)),
    timerDue: () => known().catch((error) => explain(address, error)),
    lookups: countedLookups,
    process: (name) => processHealth(name, places),
    counts: () => readCounts(client).catch((error) => explain(address, error)),
    releases: async () => (await follower.look()).releases ?? silent(address),
    pipeline: () => newestPipeline(client, runs).catch((error) => explain(address, error)),
    recorded: (ids) => readRecorded(places.pipelines, ids),
    room: () => lookOnce(client, roomHere().read().since).catch((error) => explain(address, error)),
    greetingOf: (workflowId) => greetingOf(workflowId).catch((error) => explain(address, error)),
    deployed: () => readDeployed(places.platform),
    close: () => client.connection.close(),
  };
}

async function findPlaces(): Promise<Places> {
  const stage = await status();
  const ports = stage?.ports ?? readPorts();
  const client = createStageClient(stage);
  const { address } = (client.connection as Connection).options;
  return {
    client,
    address,
    app: `http://127.0.0.1:${ports.app}`,
    network: `http://127.0.0.1:${ports.network}`,
    platform: `http://127.0.0.1:${ports.platform}`,
    releases: `http://127.0.0.1:${ports.releases}`,
    pipelines: `http://127.0.0.1:${ports.pipelines}`,
    webUi: webUiOf(stage),
    status,
  };
}

/** The stage's status, or undefined if none is up or it hangs. */
async function status(): Promise<StageStatus | undefined> {
  const late = userError('The stage does not answer.');
  return stageStatus({ withinMs: LOOK_MS, late }).catch(unlessOther);
}

async function countedLookups() {
  const late = userError(
    'The network does not answer the stage. See whether it is frozen: npm run stage status',
  );
  return (await askStage({ do: 'network', order: 'report' }, { withinMs: LOOK_MS, late })).lookups;
}

async function readCounts(client: Client): Promise<Counts> {
  const late = userError('The stage does not answer. Look at its terminal, or run: npm run stage status');
  const [{ volatile }, durable] = await Promise.all([
    askStage({ do: 'counters', order: 'report' }, { withinMs: LOOK_MS, late }),
    durableNumbers(client),
  ]);
  return { volatile, durable };
}

async function readPage(app: string, workflowId: string): Promise<string> {
  const { text, refused } = await ask(`${app}/greetings/${encodeURIComponent(workflowId)}`, PAGE_MS);
  if (text !== undefined) {
    const { plainText } = await import('./page-text.ts'); // what it needs takes 0.1 s to load
    return plainText(text);
  }
  const how = refused ? 'refuses the connection' : 'does not answer';
  throw userError(`The app at ${app} ${how}. Start it: npm run stage start app`);
}

/** What went wrong on the way to the Temporal Service, in plain words. */
function explain(address: string, error: Error): never {
  if (error instanceof WorkflowNotFoundError) {
    throw userError(`The Temporal Service at ${address} knows no greeting "${error.workflowId}".`);
  }
  if (codeOf(error) === undefined) throw error;
  if (!isAway(error)) throw userError(`The Temporal Service at ${address} says: ${error.message}`);
  return silent(address);
}

function silent(address: string): never {
  throw userError(`The Temporal Service at ${address} does not answer. Start it: npm run stage start server`);
}

async function readDeployed(platform: string): Promise<DeployedApp[]> {
  const { text } = await ask(`${platform}/deployments`, PAGE_MS);
  if (text !== undefined) return JSON.parse(text);
  throw userError(`The platform at ${platform} does not answer. Start it: npm run stage start platform`);
}

/** While the Temporal Service is away, nothing else knows which greeting was the last, and when its Timer is due. */
function remember(seen: { address: string; workflowId: string; due?: Date }): void {
  try {
    writeOwnFile(memory(), JSON.stringify(seen));
  } catch {
    // What cannot be remembered is missed only during an outage.
  }
}

function recall(address: string): { workflowId: string; due?: Date } | undefined {
  try {
    const seen = JSON.parse(readFileSync(memory(), 'utf8'));
    if (seen.address !== address) return undefined;
    return { workflowId: seen.workflowId, due: seen.due && new Date(seen.due) };
  } catch {
    return undefined;
  }
}

function memory(): string {
  return join(stageFolder(), 'last-greeting.json');
}
