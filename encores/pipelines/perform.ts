// Has something done for a task outside of the Workflow, and tries it again as often as the task's definition says.
import type { Task, TaskDefinition } from './format.ts';
import type { Call, Limits } from './host.ts';
import type { JsonObject } from './json.ts';
import { TaskFailure } from './pipeline.ts';
import { delayBefore, limitsOf, retriesOf, retriesTimeouts } from './retries.ts';
import { type Run, untilSo } from './run.ts';
import type { Step } from './task-type.ts';

/** Longer than a script's own deadline, and not so long that one is missed for long whose Worker was killed. */
const SCRIPT_LIMITS: Limits = { startToClose: 60_000 };

/** The task's own definition, or the one that is registered under its name. */
export function taskDefinitionOf(run: Run, task: Task): TaskDefinition | undefined {
  return task.taskDefinition ?? run.given.taskDefinitions[task.name];
}

/** @returns what the Activity answers @throws a TaskFailure */
export async function perform(
  step: Step,
  activity: Call['activity'],
  input: JsonObject,
): Promise<JsonObject> {
  const { run, task, state } = step;
  const definition = taskDefinitionOf(run, task);
  const output = await withRetries(step, () => {
    const limits = limitsOf(definition, run.host.now() - state.startTime);
    return run.host.perform({ id: state.id, activity, input, limits });
  });
  alertIfLate(step, definition);
  return output;
}

/**
 * Tries, and after a failure waits and tries again. Here and not in a Retry Policy, because a killed Worker must not
 * use up one of the task's retries, nor fail a task that has none.
 * @throws the last failure
 */
export async function withRetries<T>({ run, task, state }: Step, attempt: () => Promise<T>): Promise<T> {
  const definition = taskDefinitionOf(run, task);
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof TaskFailure) || !mayRetry(error, definition)) throw error;
      if (state.retryCount >= retriesOf(task, definition)) throw error;
      state.retryCount += 1;
      state.reason = error.message;
      await run.host.wait(state.id, delayBefore(state.retryCount, definition, Math.random()));
      await untilSo(run, () => !run.isPaused);
    }
  }
}

/**
 * Evaluates a script. It is not retried: it would answer the same again.
 * @param id the Activity Id
 * @param scope what the script finds as `$`
 * @returns its value as `result` @throws a TaskFailure that is final, with the `error` as output
 */
export function evaluate(run: Run, id: string, script: string, scope: JsonObject): Promise<JsonObject> {
  return run.host.perform({
    id,
    activity: 'evaluateScript',
    input: { script, scope },
    limits: SCRIPT_LIMITS,
  });
}

function mayRetry({ status }: TaskFailure, definition: TaskDefinition | undefined): boolean {
  return status === 'FAILED' || (status === 'TIMED_OUT' && retriesTimeouts(definition));
}

function alertIfLate({ run, state }: Step, definition: TaskDefinition | undefined): void {
  if (definition?.timeoutPolicy !== 'ALERT_ONLY' || definition.timeoutSeconds === 0) return;
  const took = (run.host.now() - state.startTime) / 1000;
  if (took > definition.timeoutSeconds)
    run.host.warn(`${state.id} took ${Math.round(took)} s, more than its ${definition.timeoutSeconds} s.`);
}
