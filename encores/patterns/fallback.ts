// Async operations: one Activity behind retries and time limits. When it fails for good, the type of its failure
// decides what happens. Nothing is caught that is not understood:
// - an error that may pass is retried, up to a maximum; then we fall back to yesterday's rate
// - an attempt that takes too long is given up and retried; when the total is used up, we fall back, too
// - a business error cannot be cured by an older rate: the Workflow fails
// - a cancellation is no failure, and no reason to answer
import { ActivityFailure, ApplicationFailure, proxyActivities, TimeoutFailure } from '@temporalio/workflow';
import type * as activities from './activities.ts';
import { check, Question } from './input.ts';

const { getRate } = proxyActivities<typeof activities>({
  heartbeatTimeout: '1s', // silence: the Worker has died, or its machine
  startToCloseTimeout: '2s', // one attempt
  scheduleToCloseTimeout: '6s', // all attempts, and the waits between them
  retry: { maximumAttempts: 3 },
});

/** A rate, where it is from, and why it is not from the exchange if it is not. */
export interface Answer {
  rate: number;
  from: 'the exchange' | 'yesterday';
  because?: string;
}

const YESTERDAYS_RATE = 1.08;

export async function askWithFallback(input: Question): Promise<Answer> {
  const question = check(Question, input);
  // #region core
  try {
    return { rate: await getRate(question), from: 'the exchange' };
  } catch (error) {
    const because = reasonToFallBack(error);
    if (!because) throw error;
    return { rate: YESTERDAYS_RATE, from: 'yesterday', because };
  }
  // #endregion core
}

function reasonToFallBack(error: unknown): string | undefined {
  if (!(error instanceof ActivityFailure)) return undefined;
  const { cause } = error;
  if (cause instanceof TimeoutFailure) return `timed out: ${cause.timeoutType}`;
  if (cause instanceof ApplicationFailure && !cause.nonRetryable) return `failed: ${cause.message}`;
  return undefined; // a business error, or a cancellation
}
