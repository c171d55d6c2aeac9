// Where the code of an exercise is tried: its own Worker in this process, on the stage's Temporal Service.
import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import type { Client, Connection, WorkflowHandle } from '@temporalio/client';
import {
  type ActivityInboundCallsInterceptor,
  DefaultLogger,
  NativeConnection,
  Runtime,
  Worker,
} from '@temporalio/worker';
import pTimeout from 'p-timeout';
import { runtimeTuning, workerTuning, workflowTuning } from '../../hello-ip/stage-tuning.ts';
import { userError } from '../../hello-ip/support/user-error.ts';
import * as lookups from '../../presenter-notes/self-study/lookups.ts';
import { type Event, titleOf } from '../claims/history.ts';
import { stageStatus } from '../control/client.ts';
import { createStageClient } from '../control/service-client.ts';
import { bundleCode, whatWebpackMeans } from '../processes/bundle.ts';

/** No exercise takes a third of this; a stuck Workflow would take for ever. */
const DONE_WITHIN_MS = 10_000;
const LOOK_INTERVAL_MS = 100;
/** How an event is called that ends a Workflow Execution. */
const END = /^Workflow Execution (Completed|Failed|Timed Out|Canceled|Terminated|Continued As New)$/;

type Activities = Record<string, (...args: never[]) => unknown>;
/** Can do something before and after an Activity is executed. */
export type AroundActivity = NonNullable<ActivityInboundCallsInterceptor['execute']>;

/** What a check changes around the reader's code. */
export interface Changes {
  activities?: Activities;
  around?: AroundActivity;
  /** The folder beside the reader's whose workflow.ts is run instead. */
  code?: string;
  /** One for Workers that follow each other; without it each has its own. */
  taskQueue?: string;
}

/** How a greeting of the exercise ended. */
export interface ExerciseOutcome {
  workflowId: string;
  /** What it returned; nothing if it failed, or did not end in time. */
  greeting?: string;
  /** Why there is no greeting. */
  reason?: string;
  events: Event[];
}

/** One thing that the reader's code must do, and whether it does so. */
export interface CheckResult {
  holds: boolean;
  fact: string;
  /** What to think of, if it does not hold. */
  hint?: string;
}

/** The reader's code, ready to run. */
export interface ExerciseWorker {
  /** Where the reader's code is. */
  folder: string;
  /**
   * Runs a Worker with these changes for as long as `work` takes.
   * @throws a user error if there is no workflow.ts
   */
  withWorker<T>(changes: Changes, work: (greet: Greet, follow: Follow) => Promise<T>): Promise<T>;
  /** The module of that name next to the exercise's two folders. */
  beside<T>(file: string): Promise<T>;
}

/** Starts the exercise's Workflow for a name; without a Workflow Id it gets a new one. */
export type Greet = (name: string, workflowId?: string) => Promise<StartedGreeting>;

/** The newest greeting with this Workflow Id, whichever Worker it was started on. */
export type Follow = (workflowId: string) => StartedGreeting;

/** A greeting that was started. */
export interface StartedGreeting {
  handle: WorkflowHandle;
  /** Resolves with its Event History as soon as this is so of it, or it has ended, or counts as stuck. */
  untilHistory(isSo: (events: Event[]) => boolean): Promise<Event[]>;
  /** Resolves when it has ended, or counts as stuck. */
  outcome(): Promise<ExerciseOutcome>;
}

/**
 * Loads the code in the folder of an exercise.
 * @throws a user error if it cannot be compiled
 */
export async function openExerciseWorker(folder: string): Promise<ExerciseWorker> {
  Runtime.install({
    ...runtimeTuning,
    logger: new DefaultLogger('ERROR', () => {}),
    // A Workflow Task that fails is in the Event History, and is told by the check.
    telemetryOptions: { logging: { filter: 'off' } },
  });
  const ownBundle = await bundleOf(folder);
  const ownActivities = await load<Activities>(join(folder, 'activities.ts'));

  async function withWorker<T>(
    { activities, around, code, taskQueue = `study-${process.pid}-${performance.now()}` }: Changes,
    work: (greet: Greet, follow: Follow) => Promise<T>,
  ): Promise<T> {
    const workflowBundle = code ? await bundleOf(join(folder, '..', code)) : ownBundle;
    if (!workflowBundle) throw notThere(join(folder, 'workflow.ts'));
    const client = createStageClient(await stageStatus());
    const { address } = (client.connection as Connection).options;
    const connection = await NativeConnection.connect({ address });
    try {
      const worker = await Worker.create({
        connection,
        taskQueue,
        workflowBundle,
        activities: { ...lookups, ...ownActivities, ...activities },
        interceptors: { activity: around ? [() => ({ inbound: { execute: around } })] : [] },
        // Do not wait for an Activity that is waiting for the check.
        shutdownGraceTime: 0,
        shutdownForceTime: '2s',
        ...workerTuning,
      });
      return await worker.runUntil(() =>
        work(
          (name, workflowId) => greet(client, taskQueue, name, workflowId),
          (workflowId) => followed(client, client.workflow.getHandle(workflowId)),
        ),
      );
    } finally {
      await client.connection.close();
      await connection.close();
    }
  }

  return { folder, withWorker, beside: (file) => load(join(folder, '..', file)) };
}

async function bundleOf(folder: string): Promise<{ code: string } | undefined> {
  const file = join(folder, 'workflow.ts');
  return existsSync(file) ? { code: await bundleCode(file) } : undefined;
}

function notThere(file: string): Error {
  const path = relative('', file);
  return userError(`${path} is not there. Put it back: git restore ${path}`);
}

async function load<T>(file: string): Promise<T> {
  if (!existsSync(file)) return {} as T;
  try {
    return await import(pathToFileURL(file).href);
  } catch (error) {
    throw userError(`${relative('', file)} cannot be loaded: ${whyNot(error)}. Correct it and try again.`);
  }
}

/** In the words of whatever reads TypeScript here: tsx, or Node itself from 22.18 on. */
function whyNot(error: unknown): string {
  const message = stripVTControlCharacters((error as Error).message);
  const [, line, complaint] = /:(\d+):\d+: ERROR: (.+)/.exec(message) ?? [];
  return line ? `${complaint} (line ${line})` : whatWebpackMeans(message);
}

async function greet(
  client: Client,
  taskQueue: string,
  name: string,
  workflowId = `${taskQueue}-${name.toLowerCase()}-${performance.now()}`,
): Promise<StartedGreeting> {
  const handle = await client.workflow.start('greet', {
    taskQueue,
    workflowId,
    args: [name],
    ...workflowTuning,
  });
  return followed(client, handle);
}

function followed(client: Client, handle: WorkflowHandle): StartedGreeting {
  return {
    handle,
    untilHistory: (isSo) => untilHistory(handle, isSo),
    outcome: () => outcomeOf(client, handle),
  };
}

/** Its Event History as soon as this is so of it, or it has ended, or the time is up. */
export async function untilHistory(
  handle: WorkflowHandle,
  isSo: (events: Event[]) => boolean,
  withinMs = DONE_WITHIN_MS,
): Promise<Event[]> {
  const until = Date.now() + withinMs;
  for (;;) {
    const { events } = await handle.fetchHistory();
    const last = events?.at(-1);
    const isOver = Date.now() > until || (last !== undefined && END.test(titleOf(last)));
    if (events && (isOver || isSo(events))) return events;
    await delay(LOOK_INTERVAL_MS);
  }
}

/** How it has ended; it is terminated if it has not within this time. */
export async function outcomeOf(
  client: Client,
  handle: WorkflowHandle,
  withinMs = DONE_WITHIN_MS,
): Promise<ExerciseOutcome> {
  const { workflowId } = handle;
  const ended = handle.result().then(
    (result) => ({ greeting: String(result) }),
    (error) => ({ reason: `it failed: ${innermost(error).message}` }),
  );
  const end = await pTimeout(ended, { milliseconds: withinMs, message: false });
  const events = (await handle.fetchHistory()).events ?? [];
  if (end) return { workflowId, events, ...end };
  await client.workflow.getHandle(workflowId).terminate('stuck in an exercise');
  return {
    workflowId,
    events,
    reason: `it did not end within ${withinMs / 1000} s${whyStuck(events)}`,
  };
}

function innermost(error: Error): Error {
  return error.cause instanceof Error ? innermost(error.cause) : error;
}

/** A Workflow whose code throws is retried for ever; the history says why. */
function whyStuck(events: Event[]): string {
  const message = whyTaskFailed(events);
  return message ? `: ${message}` : '';
}

/** Why its last Workflow Task that failed did so, if one did. */
export function whyTaskFailed(events: Event[]): string | undefined {
  const failed = events.findLast((event) => event.workflowTaskFailedEventAttributes);
  return failed?.workflowTaskFailedEventAttributes?.failure?.message ?? undefined;
}

/** The names of the Activities that were scheduled, in order. */
export function scheduled({ events }: Pick<ExerciseOutcome, 'events'>): string[] {
  return events.flatMap((event) => event.activityTaskScheduledEventAttributes?.activityType?.name ?? []);
}
