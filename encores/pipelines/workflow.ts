// The Workflow that runs a pipeline: the interpreter decides what comes next, Temporal makes it last.
import {
  type ActivityOptions,
  CancellationScope,
  CancelledFailure,
  type ChildWorkflowOptions,
  condition,
  continueAsNew,
  defineQuery,
  defineSignal,
  executeChild,
  log,
  proxyActivities,
  type RetryPolicy,
  setHandler,
  sleep,
  startChild,
  upsertMemo,
  workflowInfo,
} from '@temporalio/workflow';
import { workflowTuning } from '../../hello-ip/stage-tuning.ts';
import type * as activities from './activities.ts';
import { keyOf } from './definition.ts';
import { endedAs, failed } from './failures.ts';
import type { Recorder } from './history/recorder.ts';
import type { Host, Limits } from './host.ts';
import { interpret } from './interpreter.ts';
import type { Json } from './json.ts';
import type { Outcome, PipelineInput } from './pipeline.ts';
import { CANCELLED, type Completion, createRun, endRun, type Run, type Seen, seenOf } from './run.ts';
import { HISTORY_QUEUE } from './task-queue.ts';

export const pause = defineSignal('pause');
export const resume = defineSignal('resume');
/** The run so far, its tasks in the order in which they began. */
export const getRun = defineQuery<Seen>('getRun');
export const completeTask = defineSignal<[Completion]>('completeTask');

/** Has a run written to the history; it does not end before the run has ended and that is written. */
export async function keepHistory(workflowId: string): Promise<void> {
  await recordRun(workflowId);
}

// #region workflow
export async function pipeline(given: PipelineInput): Promise<Json> {
  const asked = CancellationScope.current();
  if (!given.carried) haveHistoryKept();
  const run = createRun(host, given);
  listen(run);
  return CancellationScope.nonCancellable(async () => {
    const work = new CancellationScope();
    const outcome = await work.run(() => interpret(run));
    work.cancel();
    if (!outcome) return continueAsNew<typeof pipeline>(run.next as PipelineInput);
    return end(run, outcome, asked.consideredCancelled);
  });
}
// #endregion workflow

const { recordRun } = proxyActivities<Recorder>({
  ...{ taskQueue: HISTORY_QUEUE, heartbeatTimeout: '5s', startToCloseTimeout: '365 days' },
  // Whoever owns the history may be away for long.
  retry: { initialInterval: '1s', maximumInterval: '5s' },
});

/** Beside the run, which waits for none of it: an owner of the history who is away holds up no deployment. */
function haveHistoryKept(): void {
  const { workflowId } = workflowInfo();
  startChild(keepHistory, {
    ...workflowTuning,
    ...{ workflowId: `${workflowId}.history`, parentClosePolicy: 'ABANDON', args: [workflowId] },
    // There is one already, if somebody has reset the run.
  }).catch(() => {});
}

function listen(run: Run): void {
  const setPaused = (isPaused: boolean) => {
    run.isPaused = isPaused;
    upsertMemo({ status: isPaused ? 'PAUSED' : 'RUNNING' });
  };
  setHandler(getRun, () => seenOf(run));
  setHandler(pause, () => setPaused(true));
  setHandler(resume, () => setPaused(false));
  setHandler(completeTask, (completion) => void run.completions.set(completion.ref, completion));
  CancellationScope.current().cancelRequested.catch(() => endRun(run, CANCELLED));
}

/** Only an Execution whose cancellation was requested may end as Canceled. */
async function end(run: Run, outcome: Outcome, mayBeCanceled: boolean): Promise<Json> {
  upsertMemo({ status: outcome.status });
  if (outcome.status === 'COMPLETED') return outcome.output;
  await startFailureWorkflow(run, outcome);
  const isCanceled = mayBeCanceled && outcome.status === 'TERMINATED';
  throw isCanceled ? new CancelledFailure(String(outcome.reason)) : endedAs(outcome);
}

/** What the definition names for the case that it fails goes on by itself, whatever becomes of this run. */
async function startFailureWorkflow(
  { given, input }: Run,
  { status, reason, failedTask }: Outcome,
): Promise<void> {
  const definition = given.definitions[given.definition.failureWorkflow ?? ''];
  if (!definition) return;
  const { workflowId } = host;
  const told = {
    workflowId,
    reason: reason ?? null,
    failureStatus: status,
    failureTaskId: failedTask ?? null,
  };
  const next = { ...given, definition, input: { ...input, ...told }, carried: undefined };
  const options = childOptions(`${workflowId}.failure`, next);
  await startChild(pipeline, { ...options, parentClosePolicy: 'ABANDON' });
}

// #region host
const host: Host = {
  get workflowId() {
    return workflowInfo().workflowId;
  },
  now: () => Date.now(),
  perform({ id, activity, input, limits }) {
    const { [activity]: perform } = proxyActivities<typeof activities>({
      ...{ activityId: id, heartbeatTimeout: '2s', cancellationType: 'TRY_CANCEL', retry: ONLY_LOST_WORKERS },
      ...limitsOf(limits),
    });
    return perform(input).catch(failed);
  },
  async wait(id, milliseconds, isOff = () => false) {
    const timer = new CancellationScope();
    const fired = timer.run(() => sleep(milliseconds, { summary: id }));
    await Promise.race([fired.catch(() => {}), condition(isOff)]);
    timer.cancel();
  },
  until: (isSo) => condition(isSo),
  runChild: (workflowId, input) => executeChild(pipeline, childOptions(workflowId, input)).catch(failed),
  isHistoryLong: () => workflowInfo().continueAsNewSuggested,
  warn: (message) => log.warn(message),
};
// #endregion host

/** Everything else that fails is final here: the interpreter decides whether the task is tried again. */
const ONLY_LOST_WORKERS: RetryPolicy = {
  ...{ initialInterval: '0.1s', backoffCoefficient: 1 },
  nonRetryableErrorTypes: ['TemporalTimeout:StartToClose'],
};

function limitsOf({ startToClose, scheduleToStart, scheduleToClose }: Limits): ActivityOptions {
  return {
    startToCloseTimeout: startToClose,
    scheduleToStartTimeout: scheduleToStart,
    scheduleToCloseTimeout: scheduleToClose,
  };
}

function childOptions(workflowId: string, input: PipelineInput) {
  const { name, version } = input.definition;
  return {
    ...workflowTuning,
    ...{ workflowId, parentClosePolicy: 'REQUEST_CANCEL', staticSummary: name },
    ...{ memo: { definition: keyOf(name, version), status: 'RUNNING' }, args: [input] },
  } satisfies ChildWorkflowOptions & { args: [PipelineInput] };
}
