// Where the code of an exercise is tried: a Worker of its own in this process, on the stage's Temporal Service.
import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import type { Client, WorkflowHandle } from '@temporalio/client';
import {
  type ActivityInboundCallsInterceptor,
  DefaultLogger,
  NativeConnection,
  Runtime,
  Worker,
} from '@temporalio/worker';
import { runtimeTuning, workerTuning, workflowTuning } from '../../hello-ip/stage-tuning.ts';
import { userError } from '../../hello-ip/user-error.ts';
import * as lookups from '../../presenter-notes/self-study/lookups.ts';
import { bundleCode, whatWebpackMeans } from '../bundle.ts';
import type { Event } from '../claims/history.ts';
import { createStageClient } from '../service-client.ts';
import { readPorts } from '../settings.ts';

/** No exercise takes a third of it; a Workflow that is stuck would take for ever. */
const DONE_WITHIN_MS = 10_000;

type Activities = Record<string, (...args: never[]) => unknown>;
/** May do something before and after an Activity is executed. */
export type AroundActivity = NonNullable<ActivityInboundCallsInterceptor['execute']>;

/** What a check changes about the surroundings of the reader's code. */
export interface Changes {
  activities?: Activities;
  around?: AroundActivity;
}

/** How a greeting of the exercise ended. */
export interface Outcome {
  workflowId: string;
  /** What it returned; nothing where it failed, or did not end in time. */
  greeting?: string;
  /** Why there is no greeting. */
  reason?: string;
  events: Event[];
}

/** The reader's code, ready to run. */
export interface Lab {
  /** Runs a Worker with these changes for as long as `work` takes. */
  withWorker<T>(changes: Changes, work: (greet: Greet) => Promise<T>): Promise<T>;
  /** The module of that name beside the exercise's two folders. */
  beside<T>(file: string): Promise<T>;
}

/** Starts the exercise's Workflow for a name. */
export type Greet = (name: string) => Promise<Greeting>;

/** A greeting that was started. */
export interface Greeting {
  handle: WorkflowHandle;
  /** Resolves when it has ended, or is taken to be stuck. */
  outcome(): Promise<Outcome>;
}

/**
 * Loads the code in the folder of an exercise.
 * @throws a user's error where it cannot be compiled
 */
export async function openLab(folder: string): Promise<Lab> {
  Runtime.install({ ...runtimeTuning, logger: new DefaultLogger('ERROR', () => {}) });
  const workflowBundle = { code: await bundleCode(join(folder, 'workflow.ts')) };
  const ownActivities = await load<Activities>(join(folder, 'activities.ts'));

  async function withWorker<T>(
    { activities, around }: Changes,
    work: (greet: Greet) => Promise<T>,
  ): Promise<T> {
    const taskQueue = `study-${process.pid}-${performance.now()}`;
    const connection = await NativeConnection.connect({ address: `127.0.0.1:${readPorts().server}` });
    const client = await createStageClient();
    try {
      const worker = await Worker.create({
        connection,
        taskQueue,
        workflowBundle,
        activities: { ...lookups, ...ownActivities, ...activities },
        interceptors: { activity: around ? [() => ({ inbound: { execute: around } })] : [] },
        // An Activity that is waiting for the check is not waited for.
        shutdownGraceTime: 0,
        shutdownForceTime: '2s',
        ...workerTuning,
      });
      return await worker.runUntil(() => work((name) => greet(client, taskQueue, name)));
    } finally {
      await client.connection.close();
      await connection.close();
    }
  }

  return { withWorker, beside: (file) => load(join(folder, '..', file)) };
}

async function load<T>(file: string): Promise<T> {
  if (!existsSync(file)) return {} as T;
  try {
    return await import(pathToFileURL(file).href);
  } catch (error) {
    throw userError(`${relative('', file)} cannot be loaded: ${whyNot(error)}. Correct it and try again.`);
  }
}

/** In the words of whoever reads TypeScript here: tsx, or from 22.18 on Node itself. */
function whyNot(error: unknown): string {
  const message = stripVTControlCharacters((error as Error).message);
  const [, line, complaint] = /:(\d+):\d+: ERROR: (.+)/.exec(message) ?? [];
  return line ? `${complaint} (line ${line})` : whatWebpackMeans(message);
}

async function greet(client: Client, taskQueue: string, name: string): Promise<Greeting> {
  const workflowId = `${taskQueue}-${name.toLowerCase()}-${performance.now()}`;
  const handle = await client.workflow.start('greet', {
    taskQueue,
    workflowId,
    args: [name],
    ...workflowTuning,
  });
  return { handle, outcome: () => outcomeOf(client, handle) };
}

async function outcomeOf(client: Client, handle: WorkflowHandle): Promise<Outcome> {
  const { workflowId } = handle;
  const over = new AbortController();
  const late = delay(DONE_WITHIN_MS, undefined, { signal: over.signal });
  const ended = handle.result().then(
    (result) => ({ greeting: String(result) }),
    (error) => ({ reason: `it failed: ${innermost(error).message}` }),
  );
  const end = await Promise.race([ended, late]).finally(() => over.abort());
  const events = (await handle.fetchHistory()).events ?? [];
  if (end) return { workflowId, events, ...end };
  await client.workflow.getHandle(workflowId).terminate('stuck in an exercise');
  return {
    workflowId,
    events,
    reason: `it did not end within ${DONE_WITHIN_MS / 1000} s${whyStuck(events)}`,
  };
}

function innermost(error: Error): Error {
  return error.cause instanceof Error ? innermost(error.cause) : error;
}

/** A Workflow whose code throws is tried again for ever, which the history knows. */
function whyStuck(events: Event[]): string {
  const failed = events.findLast((event) => event.workflowTaskFailedEventAttributes);
  const message = failed?.workflowTaskFailedEventAttributes?.failure?.message;
  return message ? `: ${message}` : '';
}

/** The names of the Activities that were scheduled, in their order. */
export function scheduled({ events }: Outcome): string[] {
  return events.flatMap((event) => event.activityTaskScheduledEventAttributes?.activityType?.name ?? []);
}
