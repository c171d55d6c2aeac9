// A Temporal Service and a Worker inside the test, on free ports.
import { fileURLToPath } from 'node:url';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import {
  bundleWorkflowCode,
  DefaultLogger,
  Runtime,
  Worker,
  type WorkflowBundleWithSourceMap,
} from '@temporalio/worker';
import type * as activities from '../../hello-ip/activities.ts';
import { TASK_QUEUE } from '../../hello-ip/greeting.ts';
import { runtimeTuning, workerTuning } from '../../hello-ip/stage-tuning.ts';

export const workflowsPath = fileURLToPath(new URL('../../hello-ip/workflow.ts', import.meta.url));
const quiet = new DefaultLogger('ERROR');
let bundle: Promise<WorkflowBundleWithSourceMap> | undefined;

/** The Workflow's bundle, made once per test file. */
export function workflowBundle(): Promise<WorkflowBundleWithSourceMap> {
  bundle ??= bundleWorkflowCode({ workflowsPath, logger: quiet });
  return bundle;
}

/** A separate dev server; tear it down. */
export async function startService(): Promise<TestWorkflowEnvironment> {
  Runtime.install({ ...runtimeTuning, logger: quiet, telemetryOptions: { logging: { filter: 'off' } } });
  const path = process.env.TEMPORAL_CLI;
  if (!path) throw new Error('The global setup has found no Temporal CLI.');
  return TestWorkflowEnvironment.createLocal({ server: { executable: { type: 'existing-path', path } } });
}

/** Runs `work` while a Worker with these Activities polls. */
export async function withWorker<T>(
  { nativeConnection }: TestWorkflowEnvironment,
  doubles: Partial<typeof activities>,
  work: () => Promise<T>,
): Promise<T> {
  const worker = await Worker.create({
    connection: nativeConnection,
    taskQueue: TASK_QUEUE,
    workflowBundle: await workflowBundle(),
    activities: { ...answers, ...doubles },
    ...workerTuning,
  });
  return worker.runUntil(work);
}

/** Activities that answer at once. */
export const answers: typeof activities = {
  getIP: async () => '8.8.8.8',
  getLocationInfo: async (ip) => `Place of ${ip}`,
};
