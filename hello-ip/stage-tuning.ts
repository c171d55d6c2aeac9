// Leave this file out in production. It makes failure and recovery quick enough to watch from a chair;
// every setting here differs from Temporal's default, and each says why. The rest of hello-ip/ has none.
import type { ConnectionOptions, WorkflowOptions } from '@temporalio/client';
import type { ActivityOptions } from '@temporalio/common';
import type { RuntimeOptions, WorkerOptions } from '@temporalio/worker';

// #region retry
export const activityTuning: Partial<ActivityOptions> = {
  // Retry every 2 s for ever. With the default back-off the wait after a fix is as long as the failure was.
  retry: { initialInterval: '2s', backoffCoefficient: 1 },
};
// #endregion retry

export const countingTuning: Partial<ActivityOptions> = {
  // A Worker killed while it adds one: the next attempt comes at once, so that the next number is never late.
  retry: { initialInterval: '0.1s', backoffCoefficient: 1 },
};

export const workflowTuning: Partial<WorkflowOptions> = {
  // A Worker killed while it held a Workflow Task: the Temporal Service gives it to another after 2 s, not 10.
  workflowTaskTimeout: '2s',
};

// #region cache
export const workerTuning: Partial<WorkerOptions> = {
  // No cache, so no sticky queue: else the first task after a kill waits 10 s for the Worker that is gone.
  // The price: each Workflow Task replays the whole history. That is 20 ms here, and much in production.
  maxCachedWorkflows: 0,
};
// #endregion cache

export const runtimeTuning: Partial<RuntimeOptions> = {
  // The page tells within 2.5 s that no Worker is there; with the default of 60 s it could not.
  workerHeartbeatInterval: '1s',
};

export const connectionTuning: Partial<ConnectionOptions> = {
  // A failed call says so at once, and the page shows it. The default interceptors hide it behind retries.
  interceptors: [],
  // Knock four times a second while the Temporal Service is away; the default grows to 2 minutes.
  channelArgs: { 'grpc.initial_reconnect_backoff_ms': 250, 'grpc.max_reconnect_backoff_ms': 250 },
};
