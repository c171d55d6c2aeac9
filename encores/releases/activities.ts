// The Activities of a release: deploy one app, in three calls to the platform; and end as cancelled what a Signal has cancelled.
import { activityInfo, cancellationSignal, getClient, sleep } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { TimeoutError } from 'p-timeout';
import { readPort } from '../../hello-ip/support/settings.ts';
import { STEPS, type Step } from '../platform/steps.ts';
import { endInTime } from '../support/exchange.ts';
import { whileHeartbeating } from '../support/heartbeat.ts';
import type { Deployment } from './deployment.ts';

const ANSWER_MS = 4000;
const PLATFORM = `http://127.0.0.1:${readPort('PLATFORM_PORT', 8003)}`;

/**
 * Deploys one app. A new attempt goes on with the step that the one before was at, and the platform,
 * which knows each step by its idempotency key, does none of them twice.
 */
export async function deployApp(deployment: Deployment): Promise<void> {
  const reached: Step = activityInfo().heartbeatDetails ?? STEPS[0];
  for (const step of STEPS.slice(STEPS.indexOf(reached))) {
    const doStep = async () => {
      await ask(step, deployment);
      await sleep((deployment.seconds * 1000) / STEPS.length);
    };
    await whileHeartbeating(doStep, step);
  }
}

/** Requests the cancellation of the Workflow that this Activity belongs to. */
export async function requestCancel(): Promise<void> {
  const { workflowExecution } = activityInfo();
  if (!workflowExecution) throw ApplicationFailure.nonRetryable('This Activity belongs to no Workflow.');
  const { workflowId, runId } = workflowExecution;
  await getClient().workflow.getHandle(workflowId, runId).cancel();
}

/** @throws an ApplicationFailure: retryable, unless the platform refuses this app for good. */
async function ask(step: Step, deployment: Deployment): Promise<void> {
  const limits = { milliseconds: ANSWER_MS, signal: cancellationSignal() };
  const exchange = endInTime(limits, (hangUp) => post(step, deployment, hangUp));
  const { status, said } = await exchange.catch(explain);
  if (status === 422) throw ApplicationFailure.nonRetryable(String(said?.detail), 'Refused');
  if (status !== 200) throw failure(`answered with status ${status}`);
  if (said?.status !== 'done') throw failure('answered with something else than JSON that says "done"');
}

async function post(step: Step, { release, app, fails }: Deployment, signal: AbortSignal) {
  const answer = await fetch(`${PLATFORM}/${step}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': `${release}/${app}/${step}` },
    // What cannot be deployed is found out last, as in real life.
    body: JSON.stringify({ release, app, fails: fails && step === 'verify' }),
    signal,
  });
  const text = await answer.text();
  return { status: answer.status, said: parse(text) };
}

function parse(text: string): { status?: unknown; detail?: unknown } | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function explain(error: Error): never {
  cancellationSignal().throwIfAborted();
  if (error instanceof TimeoutError) throw failure(`did not answer within ${ANSWER_MS / 1000} s`);
  throw failure('cannot be reached');
}

function failure(what: string): ApplicationFailure {
  return ApplicationFailure.create({ type: 'PlatformFailed', message: `The platform ${what}.` });
}
