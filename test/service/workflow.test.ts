// The Workflow on a real Temporal Service, and its replay from a committed Event History.
import { readFileSync } from 'node:fs';
import { ApplicationFailure } from '@temporalio/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startGreeting } from '../../hello-ip/client.ts';
import { startService, withWorker, workflowBundle } from './environment.ts';

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

it('tries again, every 2 s, and completes only once', async () => {
  let calls = 0;
  const getIP = async () => {
    calls += 1;
    if (calls < 3) throw new Error('not yet');
    return '9.9.9.9';
  };
  await withWorker(service, { getIP }, async () => {
    const handle = await greet('tries-again');
    expect(await handle.result()).toMatchObject({ ipAddress: '9.9.9.9' });
    const { events } = await handle.fetchHistory();
    const started = events?.map((event) => event.activityTaskStartedEventAttributes).find(Boolean);
    expect(started?.attempt).toBe(3);
  });
});

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
  const first = await greet('same-id', 1);
  await greet('same-id', 1);
  await withWorker(service, {}, () => first.result());
  const before = await first.describe();
  await greet('same-id', 1);
  expect((await first.describe()).runId).toBe(before.runId);
});

const history = JSON.parse(readFileSync(new URL('../histories/greeting.json', import.meta.url), 'utf8'));

it('replays a committed Event History', async () => {
  await Worker.runReplayHistory({ workflowBundle: await workflowBundle() }, history);
});

it('a history of other steps does not replay', async () => {
  const other = structuredClone(history);
  const scheduled = other.events.find(
    (event: { activityTaskScheduledEventAttributes?: object }) => event.activityTaskScheduledEventAttributes,
  );
  scheduled.activityTaskScheduledEventAttributes.activityType.name = 'getWeather';
  await expect(Worker.runReplayHistory({ workflowBundle: await workflowBundle() }, other)).rejects.toThrow(
    DeterminismViolationError,
  );
});
