// Runs a pipeline: one task after the other, whatever its type. Deterministic, so that a Workflow can run it.
import { resolve, resolveObject } from './expressions.ts';
import type { Task } from './format.ts';
import type { Json } from './json.ts';
import { type Outcome, RunEnded, TaskFailure, type TaskRun, terminalFailure } from './pipeline.ts';
import {
  endBecause,
  endRun,
  idIn,
  isTerminal,
  lookupIn,
  type Run,
  type Scope,
  stopIfEnded,
  untilSo,
} from './run.ts';
import type { Step } from './task-type.ts';
import { typeOf } from './tasks.ts';

/** The summary of the Timer that ends a run which takes too long; no task can have this reference. */
export const TIME_LIMIT = 'the time limit of the run';

/**
 * Runs it to its end, and cuts off what is still under way by then.
 * @returns how it ended; undefined if it goes on with `run.next` in a new history
 */
export async function interpret(run: Run): Promise<Outcome | undefined> {
  runMainLine(run).catch((error) => endBecause(run, error));
  limitTime(run).catch((error) => endBecause(run, error));
  await run.host.until(() => Boolean(run.outcome || run.next || run.bug));
  if (run.bug) throw run.bug;
  if (run.outcome) for (const task of run.tasks.values()) if (!isTerminal(task)) cutOff(run, task);
  return run.outcome;
}

type Tasks = readonly Task[];

async function runMainLine(run: Run): Promise<void> {
  const { definition, carried } = run.given;
  const mainLine: Scope = { suffix: '', iteration: 0, isMainLine: true };
  await runTasks(run, mainLine, definition.tasks.slice(carried?.at ?? 0));
  await untilSo(run, () => run.open.size === 0);
  endRun(run, { status: 'COMPLETED', output: outputOf(run, mainLine) });
}

// #region core
async function runTasks(run: Run, scope: Scope, tasks: Tasks): Promise<void> {
  for (const task of tasks) await runTask(run, scope, task);
}

async function runTask(run: Run, scope: Scope, task: Task): Promise<void> {
  await untilNotPaused(run);
  const type = typeOf(task.type);
  const step = begin(run, scope, task);
  try {
    await delayStart(step);
    complete(step, await type.run(step));
  } catch (error) {
    fail(step, failureOf(run, error));
  }
  await type.follow?.(step);
}
// #endregion core

/** Its `runTasks` is how a fork runs its branches, a loop its body, and a switch its case. */
function begin(run: Run, scope: Scope, task: Task): Step {
  const state = enter(run, scope, task);
  const runInner = (inner: Scope, tasks: Tasks) => runTasks(run, inner, tasks);
  return { run, scope, task, state, input: state.input, runTasks: runInner };
}

async function delayStart({ run, task, state }: Step): Promise<void> {
  if (task.startDelay > 0) await run.host.wait(state.id, task.startDelay * 1000);
}

async function untilNotPaused(run: Run): Promise<void> {
  if (run.isPaused) await untilSo(run, () => !run.isPaused);
  stopIfEnded(run);
}

function enter(run: Run, scope: Scope, task: Task): TaskRun {
  const id = idIn(scope, task.taskReferenceName);
  const known = run.tasks.get(id);
  // A loop that goes on in a new history has begun already; two dynamic forks may have named their tasks alike.
  if (known && !isTerminal(known)) return known;
  if (known) throw terminalFailure(`There has been a task "${id}" in this run already.`);
  const input = run.inputs.get(id) ?? resolveObject(task.inputParameters, lookupIn(run, scope));
  const state: TaskRun = {
    ...{ id, ref: task.taskReferenceName, name: task.name, type: task.type, status: 'IN_PROGRESS' },
    ...{ iteration: scope.iteration, input, output: {} },
    ...{ retryCount: 0, startTime: run.host.now(), isOptional: task.optional },
  };
  run.tasks.set(id, state);
  return state;
}

function complete({ run, state }: Step, output: TaskRun['output']): void {
  // One that was tried again has the reason of its last failure; a JOIN may be done with errors.
  if (state.status === 'IN_PROGRESS') Object.assign(state, { status: 'COMPLETED', reason: undefined });
  state.output = output;
  state.endTime = run.host.now();
  run.lastOutput = output;
}

/** @throws the failure, unless the task is optional */
function fail({ run, state }: Step, failure: TaskFailure): void {
  failure.culprit ??= state.id;
  state.output = failure.output;
  state.reason = failure.message;
  state.endTime = run.host.now();
  state.status = state.isOptional ? 'COMPLETED_WITH_ERRORS' : failure.status;
  if (!state.isOptional) throw failure;
}

/** @throws what is no failure of a task: that the run has ended, or a bug, which the Workflow Task has to fail for */
function failureOf(run: Run, error: unknown): TaskFailure {
  stopIfEnded(run);
  if (error instanceof TaskFailure) return error;
  throw error;
}

/** What the definition says, or else the output of the task that was done last. */
function outputOf(run: Run, scope: Scope): Json {
  const { outputParameters } = run.given.definition;
  if (Object.keys(outputParameters).length > 0) return resolve(outputParameters, lookupIn(run, scope));
  return run.lastOutput;
}

async function limitTime({ host, given, startedAt }: Run): Promise<void> {
  const { timeoutSeconds, timeoutPolicy, name } = given.definition;
  if (timeoutSeconds === 0) return;
  await host.wait(TIME_LIMIT, startedAt + timeoutSeconds * 1000 - host.now());
  const reason = `${name} took longer than its ${timeoutSeconds} s.`;
  if (timeoutPolicy === 'ALERT_ONLY') return host.warn(reason);
  throw new RunEnded({ status: 'TIMED_OUT', output: {}, reason });
}

function cutOff(run: Run, task: TaskRun): void {
  task.status = 'CANCELED';
  task.endTime = run.host.now();
}
