// What a file in tasks/ says about its type of task.
import type { Task } from './format.ts';
import type { JsonObject } from './json.ts';
import type { TaskRun } from './pipeline.ts';
import type { Run, Scope } from './run.ts';

/** One task in one run, at one moment. */
export interface Step {
  run: Run;
  scope: Scope;
  task: Task;
  /** The task as it is recorded; its id names what is done for it. */
  state: TaskRun;
  /** Its inputParameters, with every expression replaced. */
  input: JsonObject;
  /** Runs tasks one after the other. */
  runTasks(scope: Scope, tasks: readonly Task[]): Promise<void>;
}

/** Says what is wrong with a field of a task. */
export type Report = (field: string, what: string) => void;

export interface TaskType {
  /** The fields that it reads, besides those that all types have. */
  fields?: readonly (keyof Task)[];
  /** The inputs that it knows; any, if absent. */
  inputs?: readonly string[];
  /** Whether its task definition has a say: whether it is tried again, and how long it may take. */
  isRetried?: boolean;
  /** Whether its `metadata` bounds its branches. */
  isBounded?: boolean;
  /** What is wrong with a task that has the right shape. */
  check?(task: Task, report: Report): void;
  /**
   * Does the task. It may make the state COMPLETED_WITH_ERRORS, with the reason.
   * @returns its output
   * @throws a TaskFailure
   */
  run(step: Step): Promise<JsonObject>;
  /** What follows once the task is done: the case of a SWITCH. */
  follow?(step: Step): Promise<void>;
}
