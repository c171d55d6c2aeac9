// How often a task is tried and how long it may take, as its task definition says.
import type { Task, TaskDefinition } from './format.ts';
import type { Limits } from './host.ts';

const SECOND = 1000;
/** Nothing here takes for ever: without a limit of its own, an attempt has a day. */
const MOST_MS = 24 * 3600 * SECOND;

/** As in Conductor, a task without a task definition is not retried. */
export function retriesOf({ retryCount }: Pick<Task, 'retryCount'>, definition?: TaskDefinition): number {
  return retryCount ?? definition?.retryCount ?? 0;
}

/** How long to wait before retry number `retry`, which counts from 1; in milliseconds. `random` is from 0 to 1. */
export function delayBefore(retry: number, definition: TaskDefinition | undefined, random: number): number {
  if (!definition) return 60 * SECOND;
  const { retryLogic, retryDelaySeconds, backoffScaleFactor, backoffJitterMs, maxRetryDelaySeconds } =
    definition;
  const factors = {
    FIXED: 1,
    EXPONENTIAL_BACKOFF: 2 ** (retry - 1),
    LINEAR_BACKOFF: backoffScaleFactor * retry,
  };
  const most = maxRetryDelaySeconds > 0 ? maxRetryDelaySeconds : Number.POSITIVE_INFINITY;
  const seconds = Math.min(retryDelaySeconds * factors[retryLogic], most);
  return Math.round(seconds * SECOND + random * backoffJitterMs);
}

/** The limits of one attempt. @param spent milliseconds since the task began, its attempts before included */
export function limitsOf(definition: TaskDefinition | undefined, spent: number): Limits {
  if (!definition) return { startToClose: MOST_MS };
  const { timeoutPolicy, timeoutSeconds, responseTimeoutSeconds, totalTimeoutSeconds } = definition;
  const total = limit(totalTimeoutSeconds);
  const timeout = timeoutPolicy === 'ALERT_ONLY' ? undefined : limit(timeoutSeconds);
  return {
    startToClose: Math.min(MOST_MS, timeout ?? MOST_MS, limit(responseTimeoutSeconds) ?? MOST_MS),
    scheduleToStart: limit(definition.pollTimeoutSeconds),
    scheduleToClose: total && Math.max(1, total - spent),
  };
}

/** Whether a task that took too long may be tried again. */
export function retriesTimeouts(definition: TaskDefinition | undefined): boolean {
  if (!definition) return false;
  const { timeoutPolicy, timeoutSeconds, responseTimeoutSeconds } = definition;
  const isTimeoutFirst =
    timeoutSeconds > 0 && (responseTimeoutSeconds === 0 || timeoutSeconds <= responseTimeoutSeconds);
  return timeoutPolicy !== 'TIME_OUT_WF' || !isTimeoutFirst;
}

function limit(seconds: number): number | undefined {
  return seconds > 0 ? seconds * SECOND : undefined;
}
