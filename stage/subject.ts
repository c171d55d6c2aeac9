// What a claim is about: the greeting that was started last, its page, and the processes, as they really are.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Client, type Connection, WorkflowNotFoundError } from '@temporalio/client';
import { userError } from '../hello-ip/user-error.ts';
import { durableNumbers } from '../hello-ip/web/counters.ts';
import { lastStarted } from '../hello-ip/web/last-started.ts';
import { type Reading, readProgress, WORKFLOW_TYPE } from '../hello-ip/web/progress.ts';
import { webUiAddress } from '../hello-ip/web/web-ui.ts';
import { askStage, type StageStatus, stageStatus } from './ask.ts';
import type { Counts } from './claims/counts.ts';
import type { Asked } from './claims/grammar.ts';
import { plainText } from './claims/page-text.ts';
import { type Places, processVital } from './claims/processes.ts';
import { type Proof, prove } from './claims/prove.ts';
import { codeOf, isAway, look } from './claims/service.ts';
import { ask, bounded } from './claims/vitals.ts';
import type { Seen, World } from './claims/world.ts';
import { createStageClient } from './service-client.ts';
import { readPorts, stageFolder } from './settings.ts';

/** The app takes up to a second for its own look at the Temporal Service. */
const PAGE_MS = 2500;
/** A greeting is listed at most 70 ms after it was started, measured on a busy machine. */
const LISTED_AFTER_MS = 300;

/** A World that holds a connection. */
export interface OpenWorld extends World {
  close(): Promise<void>;
}

/**
 * Waits until the claim is so, on the stage that is up or on what was started without one.
 * @throws a user's error with what was seen last
 */
export async function proveHere(asked: Asked): Promise<Proof> {
  const world = await openWorld(asked.of);
  return prove(asked, world).finally(() => world.close());
}

/** The world of the stage that is up, or of what was started without one; `of` is the greeting to look at. */
export async function openWorld(of?: string): Promise<OpenWorld> {
  const listed = performance.now() + LISTED_AFTER_MS;
  const places = await findPlaces();
  const { client, address } = places;
  const readings = new Map<string, Reading>();

  async function subject(): Promise<string> {
    if (of) return of;
    await delay(Math.max(0, listed - performance.now()));
    const workflowId = await look(client, () => lastStarted(client));
    if (!workflowId) throw userError('There is no greeting. Start one: npm run stage greet Ziggy 10');
    remember(address, workflowId);
    return workflowId;
  }

  async function greeting(): Promise<Seen> {
    const workflowId = await subject();
    const reading = await look(client, () => readProgress(client, workflowId, readings.get(workflowId)));
    if (!reading)
      throw userError(`"${workflowId}" is no greeting. Its Workflow type is not ${WORKFLOW_TYPE}.`);
    readings.set(workflowId, reading);
    return { workflowId, ...reading };
  }

  async function page() {
    const workflowId = await subject().catch((error) => {
      const known = isAway(error) ? recall(address) : undefined;
      if (known) return known;
      throw error;
    });
    return { workflowId, text: await readPage(places.app, workflowId) };
  }

  return {
    greeting: () => greeting().catch((error) => explain(address, error)),
    page: () => page().catch((error) => explain(address, error)),
    lookups: countedLookups,
    process: (name) => processVital(name, places),
    counts: () => readCounts(client).catch((error) => explain(address, error)),
    close: () => client.connection.close(),
  };
}

async function findPlaces(): Promise<Places> {
  const stage = await status();
  const ports = stage?.ports ?? readPorts();
  const client = await createStageClient(stage);
  const { address } = (client.connection as Connection).options;
  return {
    client,
    address,
    app: `http://127.0.0.1:${ports.app}`,
    network: `http://127.0.0.1:${ports.network}`,
    webUi: stage?.profile ? webUiAddress(address) : `http://127.0.0.1:${ports.ui}`,
    status,
  };
}

/** The stage's status, or nothing where none is up or it hangs. */
async function status(): Promise<StageStatus | undefined> {
  return bounded(stageStatus(), () => userError('The stage does not answer.')).catch(() => undefined);
}

async function countedLookups() {
  const late = () => userError('The network does not answer the stage. Is it frozen? npm run stage status');
  return (await bounded(askStage({ do: 'network', order: 'report' }), late)).lookups;
}

async function readCounts(client: Client): Promise<Counts> {
  const late = () =>
    userError('The stage does not answer. Look at its terminal, or run: npm run stage status');
  const [{ volatile }, durable] = await Promise.all([
    bounded(askStage({ do: 'counters', order: 'report' }), late),
    durableNumbers(client),
  ]);
  return { volatile, durable };
}

async function readPage(app: string, workflowId: string): Promise<string> {
  const { text, refused } = await ask(`${app}/greetings/${encodeURIComponent(workflowId)}`, PAGE_MS);
  if (text !== undefined) return plainText(text);
  const how = refused ? 'refuses the connection' : 'does not answer';
  throw userError(`The app at ${app} ${how}. Start it: npm run stage start app`);
}

/** What has gone wrong on the way to the Temporal Service, in plain words. */
function explain(address: string, error: Error): never {
  if (error instanceof WorkflowNotFoundError) {
    throw userError(`The Temporal Service at ${address} knows no greeting "${error.workflowId}".`);
  }
  if (codeOf(error) === undefined) throw error;
  if (!isAway(error)) throw userError(`The Temporal Service at ${address} says: ${error.message}`);
  throw userError(`The Temporal Service at ${address} does not answer. Start it: npm run stage start server`);
}

/** While the Temporal Service is away nobody else can say which greeting was the last. */
function remember(address: string, workflowId: string): void {
  try {
    writeFileSync(memory(), JSON.stringify({ address, workflowId }));
  } catch {
    // There is no stage's folder, so there has been no stage.
  }
}

function recall(address: string): string | undefined {
  try {
    const known = JSON.parse(readFileSync(memory(), 'utf8'));
    return known.address === address ? known.workflowId : undefined;
  } catch {
    return undefined;
  }
}

function memory(): string {
  return join(stageFolder(), 'last-greeting.json');
}
