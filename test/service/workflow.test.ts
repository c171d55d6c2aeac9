// The Workflow on a real Temporal Service, and its replay from committed Event Histories.
import { readdirSync, readFileSync } from 'node:fs';
import type { WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startGreeting } from '../../hello-ip/client.ts';
import { startService, withWorker, workflowBundle } from '../support/service.ts';

const SOON = { timeout: 10_000 };
let service: TestWorkflowEnvironment;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.teardown());

async function greet(workflowId: string, seconds = 0) {
  await startGreeting(service.client, workflowId, { name: 'Ziggy', seconds });
  return service.client.workflow.getHandle(workflowId);
}

it('looks up, sleeps, locates', async () => {
  await withWorker(service, {}, async () => {
    const handle = await greet('three-steps', 1);
    expect(await handle.result()).toEqual({ ipAddress: '8.8.8.8', location: 'Place of 8.8.8.8' });
    const { events } = await handle.fetchHistory();
    const timer = events?.find((event) => event.timerStartedEventAttributes)?.timerStartedEventAttributes;
    expect(Number(timer?.startToFireTimeout?.seconds)).toBe(1);
  });
});

it('has no Timer where there is nothing to sleep', async () => {
  await withWorker(service, {}, async () => {
    const handle = await greet('two-steps');
    expect(await handle.result()).toEqual({ ipAddress: '8.8.8.8', location: 'Place of 8.8.8.8' });
    const { events } = await handle.fetchHistory();
    expect(events?.filter((event) => event.timerStartedEventAttributes)).toEqual([]);
  });
});

it('tries again, every 2 s however often, and completes only once', async () => {
  let calls = 0;
  const getIP = async () => {
    calls += 1;
    if (calls < 3) throw new Error('not yet');
    return '9.9.9.9';
  };
  await withWorker(service, { getIP }, async () => {
    const handle = await greet('tries-again');
    expect(await vi.waitUntil(() => waitBefore(handle, 2), SOON)).toBe(2);
    expect(await vi.waitUntil(() => waitBefore(handle, 3), SOON)).toBe(2);
    expect(await handle.result()).toMatchObject({ ipAddress: '9.9.9.9' });
    const { events } = await handle.fetchHistory();
    const started = events?.map((event) => event.activityTaskStartedEventAttributes).find(Boolean);
    expect(started?.attempt).toBe(3);
  });
});

/** Seconds that the Temporal Service waits before this attempt, while it is the next one. */
async function waitBefore(handle: WorkflowHandle, attempt: number): Promise<number | undefined> {
  const [pending] = (await handle.describe()).raw.pendingActivities ?? [];
  return pending?.attempt === attempt ? Number(pending.currentRetryInterval?.seconds) : undefined;
}

it('fails for good where trying again cannot help', async () => {
  const getLocationInfo = async () => {
    throw ApplicationFailure.nonRetryable('no such place');
  };
  await withWorker(service, { getLocationInfo }, async () => {
    const handle = await greet('hopeless');
    await expect(handle.result()).rejects.toThrow('Workflow execution failed');
  });
});

it('the same id again finds the greeting that it started, running or not', async () => {
  const greeting = await greet('same-id', 1);
  const { runId } = await greeting.describe();
  await greet('same-id', 1);
  expect(await greeting.describe()).toMatchObject({ runId, status: { name: 'RUNNING' } });
  await withWorker(service, {}, () => greeting.result());
  await greet('same-id', 1);
  expect(await greeting.describe()).toMatchObject({ runId, status: { name: 'COMPLETED' } });
});

const histories = new URL('../histories/', import.meta.url);
const historyIn = (file: string) => JSON.parse(readFileSync(new URL(file, histories), 'utf8'));

const files = readdirSync(histories).filter((file) => file.endsWith('.json'));

it.each(files)('replays the committed Event History %s', async (file) => {
  await Worker.runReplayHistory({ workflowBundle: await workflowBundle() }, historyIn(file));
});

it('a history of other steps does not replay', async () => {
  const other = historyIn('greeting.json');
  const scheduled = other.events.find(
    (event: { activityTaskScheduledEventAttributes?: object }) => event.activityTaskScheduledEventAttributes,
  );
  scheduled.activityTaskScheduledEventAttributes.activityType.name = 'getWeather';
  await expect(Worker.runReplayHistory({ workflowBundle: await workflowBundle() }, other)).rejects.toThrow(
    DeterminismViolationError,
  );
});
