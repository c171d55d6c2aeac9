// Finds the definition that a SUB_WORKFLOW names, and makes of it what a child can be started with.
import { keyOf } from './definition.ts';
import { resolve } from './expressions.ts';
import type { Definition, Task, TaskDefinition } from './format.ts';
import { isObject, type JsonObject } from './json.ts';
import { type PipelineInput, terminalFailure } from './pipeline.ts';
import { lookupIn } from './run.ts';
import type { Step } from './task-type.ts';

const DEEPEST = 10;

/** A definition, with all that a run of it needs. */
export interface Bundle {
  definition: Definition;
  definitions: Record<string, Definition>;
  taskDefinitions: Record<string, TaskDefinition>;
}

/** What the child is started with. @throws a TaskFailure when there is no such definition, or it is wrong */
export async function startable(step: Step, input: JsonObject): Promise<PipelineInput> {
  const { given, host } = step.run;
  const depth = (given.depth ?? 0) + 1;
  if (depth > DEEPEST)
    throw terminalFailure(`These are ${depth} runs inside each other. At most ${DEEPEST} may be.`);
  const { correlationId } = given;
  return { ...(await bundleFor(step)), input, correlationId, parentWorkflowId: host.workflowId, depth };
}

async function bundleFor(step: Step): Promise<Bundle> {
  const { run, scope, task } = step;
  const { definitions, taskDefinitions } = run.given;
  const { name = '', version, workflowDefinition } = task.subWorkflowParam ?? {};
  const known = workflowDefinition ? undefined : definitions[keyOf(name, version)];
  if (known) return { definition: known, definitions, taskDefinitions };
  const lookup = lookupIn(run, scope);
  const written = workflowDefinition && resolve(workflowDefinition, lookup);
  if (workflowDefinition && !isObject(written))
    throw terminalFailure('The workflowDefinition is no definition.');
  return readNow(
    step,
    written ? { definition: written } : { name: resolve(name, lookup), version: version ?? null },
  );
}

/** The tasks that a dynamic fork was given, with everything filled in that they leave out. */
export async function readTasks(step: Step, tasks: JsonObject[]): Promise<Task[]> {
  const { definition } = await readNow(step, { definition: { name: step.state.ref, tasks } });
  return definition.tasks;
}

/** Has an Activity read and check what was not known when the run was started. */
async function readNow({ run, state }: Step, input: JsonObject): Promise<Bundle> {
  const limits = { startToClose: 60_000 };
  const found = await run.host.perform({ id: state.id, activity: 'readDefinition', input, limits });
  return found as unknown as Bundle;
}
