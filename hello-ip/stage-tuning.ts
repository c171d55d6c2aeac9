// Leave this file out in production. It makes failure and recovery quick enough to watch from a chair;
// every setting here differs from Temporal's default, and says why. The rest of hello-ip/ keeps the defaults.
import type { ConnectionOptions, WorkflowOptions } from '@temporalio/client';
import type { ActivityOptions } from '@temporalio/common';
import type { RuntimeOptions, WorkerOptions } from '@temporalio/worker';

// #region retry
export const activityTuning: Partial<ActivityOptions> = {
  // Retry every 2 s for ever. With the default back-off, the wait after a fix
  // is as long as the failure was.
  retry: { initialInterval: '2s', backoffCoefficient: 1 },
};
// #endregion retry

export const countingTuning: Partial<ActivityOptions> = {
  // If a Worker is killed while adding one, the next attempt comes at once, so the next number is never late.
  retry: { initialInterval: '0.1s', backoffCoefficient: 1 },
};

export const workflowTuning: Pick<WorkflowOptions, 'workflowTaskTimeout'> = {
  // If a Worker is killed holding a Workflow Task, the Temporal Service reassigns the task after 2 s, not 10.
  workflowTaskTimeout: '2s',
};

// #region cache
export const workerTuning: Partial<WorkerOptions> = {
  // No cache, so no sticky queue; otherwise the first task after a kill
  // waits 10 s for the dead Worker. The price: each Workflow Task replays
  // the whole history (20 ms here, far more in production).
  maxCachedWorkflows: 0,
};
// #endregion cache

export const longHistoryTuning: Partial<WorkerOptions> = {
  // With a cache: a release of a thousand apps has thousands of events, too many to replay at each Workflow Task.
  // If the Worker is killed, the first task after it waits 1 s for it, not 10.
  stickyQueueScheduleToStartTimeout: '1s',
};

export const runtimeTuning: Partial<RuntimeOptions> = {
  // The page shows within 2.5 s that no Worker is polling; the default of 60 s is too slow for that.
  workerHeartbeatInterval: '1s',
};

export const connectionTuning: Partial<ConnectionOptions> = {
  // A failed call is reported at once, and the page shows it. The default interceptors hide it behind retries.
  interceptors: [],
  // Reconnect four times a second while the Temporal Service is away; the default backs off to 2 minutes.
  channelArgs: { 'grpc.initial_reconnect_backoff_ms': 250, 'grpc.max_reconnect_backoff_ms': 250 },
};
