// A pipeline from outside: what a run is given, what becomes of its tasks, and how it ends.
import type { Definition, TaskDefinition } from './format.ts';
import type { Json, JsonObject } from './json.ts';

/** The format's words for where a task is; source: TaskModel.java. */
export type TaskStatus =
  | 'SCHEDULED'
  | 'IN_PROGRESS'
  | 'COMPLETED'
  | 'COMPLETED_WITH_ERRORS'
  | 'FAILED'
  | 'FAILED_WITH_TERMINAL_ERROR'
  | 'TIMED_OUT'
  | 'CANCELED';

export type EndStatus = 'COMPLETED' | 'FAILED' | 'TIMED_OUT' | 'TERMINATED';
export type RunStatus = 'RUNNING' | 'PAUSED' | EndStatus;

/** A task as it was run, once for each iteration. Times are in milliseconds since 1970. */
export interface TaskRun {
  /** Its reference, with `__2` in the second iteration of a loop; also its Activity Id and the summary of its Timer. */
  id: string;
  ref: string;
  name: string;
  type: string;
  status: TaskStatus;
  iteration: number;
  input: JsonObject;
  output: JsonObject;
  retryCount: number;
  startTime: number;
  endTime?: number;
  reason?: string;
  isOptional: boolean;
}

/** How a run has ended. */
export interface Outcome {
  status: EndStatus;
  output: Json;
  reason?: string;
  /** The id of the task that failed. */
  failedTask?: string;
}

/** What the Workflow is started with: all that it will need, so that it never has to ask for what may have changed. */
export interface PipelineInput {
  definition: Definition;
  /** Those of its sub-workflows and of its failureWorkflow, by "name:version". */
  definitions: Record<string, Definition>;
  taskDefinitions: Record<string, TaskDefinition>;
  input: JsonObject;
  correlationId?: string;
  parentWorkflowId?: string;
  /** How many runs this one is inside of. */
  depth?: number;
  /** How far an earlier history of the same run had got. */
  carried?: Carried;
}

/** What one history of a run hands to the next, between two iterations of a loop. */
export interface Carried {
  /** The place of the loop among the tasks of the definition. */
  at: number;
  /** Iterations that are done. */
  iterations: number;
  tasks: TaskRun[];
  variables: JsonObject;
  startedAt: number;
  isPaused: boolean;
}

/** A task that has failed, in the format's words. */
export class TaskFailure extends Error {
  readonly status: TaskStatus;
  readonly output: JsonObject;
  /** The id of the task that failed first. */
  culprit?: string;

  constructor(
    reason: string,
    { status = 'FAILED', output = {} }: { status?: TaskStatus; output?: JsonObject } = {},
  ) {
    super(reason);
    this.status = status;
    this.output = output;
  }
}

/** A failure that no further attempt can mend. */
export function terminalFailure(reason: string, output: JsonObject = {}): TaskFailure {
  return new TaskFailure(reason, { status: 'FAILED_WITH_TERMINAL_ERROR', output });
}

/** The run ends here and now, wherever else it was: what TERMINATE throws. */
export class RunEnded extends Error {
  readonly outcome: Outcome;

  constructor(outcome: Outcome) {
    super(outcome.reason);
    this.outcome = outcome;
  }
}

/** How the run ends because of an error; undefined if that is a bug of ours. */
export function outcomeOf(error: unknown): Outcome | undefined {
  if (error instanceof RunEnded) return error.outcome;
  if (!(error instanceof TaskFailure)) return undefined;
  const { message, status, culprit } = error;
  const ends: Partial<Record<string, Outcome['status']>> = { TIMED_OUT: 'TIMED_OUT', CANCELED: 'TERMINATED' };
  return { status: ends[status] ?? 'FAILED', output: {}, reason: message, failedTask: culprit };
}
