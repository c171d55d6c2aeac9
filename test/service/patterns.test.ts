// The Workflows of the patterns replay from committed Event Histories, so that a change does not break those under way.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  bundleWorkflowCode,
  DefaultLogger,
  Runtime,
  Worker,
  type WorkflowBundleWithSourceMap,
} from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { beforeAll, expect, it } from 'vitest';

const workflowsPath = fileURLToPath(new URL('../../encores/patterns/workflows.ts', import.meta.url));
const histories = new URL('../histories/patterns/', import.meta.url);
const files = readdirSync(histories);
const historyIn = (file: string) => JSON.parse(readFileSync(new URL(file, histories), 'utf8'));
const logger = new DefaultLogger('ERROR');

let workflowBundle: WorkflowBundleWithSourceMap;
beforeAll(async () => {
  Runtime.install({ logger, telemetryOptions: { logging: { filter: 'off' } } });
  workflowBundle = await bundleWorkflowCode({ workflowsPath, logger });
});

const startOf = (history: ReturnType<typeof historyIn>) =>
  history.events[0].workflowExecutionStartedEventAttributes;

/** Under its own Workflow Id, from which those of its children are made. */
function replay(history: ReturnType<typeof historyIn>): Promise<void> {
  return Worker.runReplayHistory({ workflowBundle }, history, startOf(history).workflowId);
}

it.each(files)('replays the committed Event History %s', async (file) => {
  await replay(historyIn(file));
});

it('has a committed Event History of every Workflow', () => {
  const types = files.map((file) => startOf(historyIn(file)).workflowType.name);
  const ours = ['addPairs', 'askWithFallback', 'orchestrate', 'signUp', 'timesTen', 'welcome', 'workThrough'];
  expect([...new Set(types)].sort()).toEqual(ours);
});

it('a child under another Workflow Id does not replay', async () => {
  const other = historyIn('sign-up.json');
  for (const event of other.events) {
    const initiated = event.startChildWorkflowExecutionInitiatedEventAttributes;
    if (initiated) initiated.workflowId = 'another-letter';
  }
  await expect(replay(other)).rejects.toThrow(DeterminismViolationError);
});

it('long-running continues as new as soon as the Temporal Service suggests it', async () => {
  const suggested = historyIn('work-through-run-1.json');
  for (const event of suggested.events) {
    if (event.workflowTaskStartedEventAttributes)
      event.workflowTaskStartedEventAttributes.suggestContinueAsNew = true;
  }
  await expect(replay(suggested)).rejects.toThrow(/continue as new/i);
});
