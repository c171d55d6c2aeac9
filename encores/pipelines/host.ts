// What the interpreter asks of whatever runs it: the Workflow, which makes it durable; the reader of an Event History, which
// answers from what has happened; or a test.
import type { Json, JsonObject } from './json.ts';
import type { PipelineInput } from './pipeline.ts';

/** How long an Activity may take; in milliseconds, undefined is without a limit. */
export interface Limits {
  startToClose: number;
  scheduleToStart?: number;
  scheduleToClose?: number;
}

/** What an Activity does for a task. */
export interface Call {
  /** The task's reference, with `__2` in the second iteration of a loop: the Activity Id. */
  id: string;
  activity: 'callHttp' | 'printMessage' | 'evaluateScript' | 'readDefinition';
  input: JsonObject;
  limits: Limits;
}

export interface Host {
  workflowId: string;
  /** Milliseconds since 1970, the same again in a replay. */
  now(): number;
  /**
   * Has an Activity do it. A Worker that is killed meanwhile is no failure: the next one does it again.
   * @returns what it answers @throws a TaskFailure
   */
  perform(call: Call): Promise<JsonObject>;
  /** A durable Timer; `id` is its summary. Resolves early once `isOff` is true. */
  wait(id: string, milliseconds: number, isOff?: () => boolean): Promise<void>;
  until(isSo: () => boolean): Promise<void>;
  /** A child Workflow, which ends as a run of its own. @throws a TaskFailure when it did not complete */
  runChild(workflowId: string, input: PipelineInput): Promise<Json>;
  /** Whether the history has become so long that the run should go on in a new one. */
  isHistoryLong(): boolean;
  warn(message: string): void;
}
