// A run under way, as the interpreter keeps it.
import type { Bounds } from './format.ts';
import type { Host } from './host.ts';
import type { Json, JsonObject } from './json.ts';
import {
  type Outcome,
  outcomeOf,
  type PipelineInput,
  RunEnded,
  type RunStatus,
  type TaskFailure,
  type TaskRun,
} from './pipeline.ts';

/** Where a task runs: in an iteration of a loop, or outside of any. */
export interface Scope {
  /** "__2" in the second iteration, "" outside of a loop. */
  suffix: string;
  iteration: number;
  /** Whether this is the main line of the definition, where a run may go on in a new history. */
  isMainLine?: boolean;
  /** What the loop that this is an iteration of answers for here, besides its output so far. */
  loop?: { ref: string; output: JsonObject };
  /** The references that the next JOIN waits for, after a dynamic fork. */
  forked?: string[];
}

/** A branch of a fork, or an iteration that runs beside others. */
export interface Branch {
  isOver: boolean;
  onError: NonNullable<Bounds['onError']>;
  failure?: TaskFailure;
}

/** What somebody outside said of a task that waits for it. */
export interface Completion {
  /** The task's id. */
  ref: string;
  status: 'COMPLETED' | 'FAILED' | 'FAILED_WITH_TERMINAL_ERROR';
  output: JsonObject;
  reason?: string;
}

/** A run under way. */
export interface Run {
  host: Host;
  given: PipelineInput;
  startedAt: number;
  input: JsonObject;
  variables: JsonObject;
  /** By id, in the order in which they began. */
  tasks: Map<string, TaskRun>;
  /** Inputs that are known before their task begins, by its id: those that a dynamic fork gives. */
  inputs: Map<string, JsonObject>;
  /** The branch that a task is in, by the task's id. */
  branches: Map<string, Branch>;
  /** Branches that are not over. */
  open: Set<Branch>;
  completions: Map<string, Completion>;
  isPaused: boolean;
  /** That of the task that was done last. */
  lastOutput: JsonObject;
  /** The iterations that an earlier history has done of the loop at which this one begins. */
  doneBefore: number;
  outcome?: Outcome;
  /** What the run goes on with in a new history. */
  next?: PipelineInput;
  /** An error of ours, which no run may end with: its Workflow Task fails, until it is mended. */
  bug?: Error;
}

/** A run as it is shown. */
export interface Seen {
  status: RunStatus;
  tasks: TaskRun[];
  variables: JsonObject;
  outcome?: Outcome;
}

export function seenOf(run: Run): Seen {
  const { tasks, variables, outcome } = run;
  return { status: statusOf(run), tasks: [...tasks.values()], variables, outcome };
}

export function createRun(host: Host, given: PipelineInput): Run {
  const { definition, carried } = given;
  return {
    host,
    given,
    startedAt: carried?.startedAt ?? host.now(),
    input: { ...definition.inputTemplate, ...given.input },
    variables: carried?.variables ?? { ...definition.variables },
    tasks: new Map(carried?.tasks.map((task) => [task.id, { ...task }])),
    inputs: new Map(),
    branches: new Map(),
    open: new Set(),
    completions: new Map(),
    isPaused: carried?.isPaused ?? false,
    lastOutput: {},
    doneBefore: carried?.iterations ?? 0,
  };
}

/** How a run ends whose cancellation was requested. */
export const CANCELLED: Outcome = { status: 'TERMINATED', output: {}, reason: 'Cancelled' };

/** The first outcome counts; what comes later has lost the race. */
export function endRun(run: Run, outcome: Outcome): void {
  run.outcome ??= outcome;
}

/** Ends the run because of an error; after its end, what was cut off fails, and that is no news. */
export function endBecause(run: Run, error: unknown): void {
  if (run.outcome) return;
  const outcome = outcomeOf(error);
  if (outcome) endRun(run, outcome);
  else run.bug ??= error as Error;
}

/** Waits until something is so. @throws RunEnded when the run has ended instead */
export async function untilSo(run: Run, isSo: () => boolean): Promise<void> {
  await run.host.until(() => run.outcome !== undefined || isSo());
  stopIfEnded(run);
}

/** @throws RunEnded */
export function stopIfEnded({ outcome }: Run): void {
  if (outcome) throw new RunEnded(outcome);
}

export function isTerminal({ status }: Pick<TaskRun, 'status'>): boolean {
  return status !== 'SCHEDULED' && status !== 'IN_PROGRESS';
}

/** "svc_a__2": in a loop, the same task has another id in each iteration. */
export function idIn(scope: Scope, ref: string): string {
  return ref + scope.suffix;
}

/** The task as it stands in this scope; inside a loop that is the one of this iteration. */
export function findTask(run: Run, scope: Scope, ref: string): TaskRun | undefined {
  return run.tasks.get(idIn(scope, ref)) ?? run.tasks.get(ref);
}

export function statusOf(run: Run): RunStatus {
  return run.outcome?.status ?? (run.isPaused ? 'PAUSED' : 'RUNNING');
}

/** What the first word of an expression stands for. */
export function lookupIn(run: Run, scope: Scope): (root: string) => Json | undefined {
  return (root) => {
    if (root === 'workflow') return workflowAsJson(run);
    const task = findTask(run, scope, root);
    if (!task) return undefined;
    const { input, status, iteration, retryCount, id, startTime, endTime = 0, reason = null } = task;
    const output = scope.loop?.ref === root ? { ...task.output, ...scope.loop.output } : task.output;
    return {
      ...{ input, output, status, iteration, retryCount, taskId: id, startTime, endTime },
      reasonForIncompletion: reason,
    };
  };
}

function workflowAsJson(run: Run): Json {
  const { definition, correlationId = null, parentWorkflowId = null } = run.given;
  const { output = null, reason = null } = run.outcome ?? {};
  return {
    ...{ input: run.input, variables: run.variables, status: statusOf(run), output },
    ...{ workflowId: run.host.workflowId, correlationId, parentWorkflowId },
    ...{ workflowType: definition.name, version: definition.version, reasonForIncompletion: reason },
  };
}
