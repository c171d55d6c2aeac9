// FORK_JOIN_DYNAMIC: as many branches as there are inputs at run time, with one task each.
import { startBranches } from '../branches.ts';
import { bareTask } from '../definition.ts';
import type { Task } from '../format.ts';
import { asList, asObject, isObject, type Json, type JsonObject } from '../json.ts';
import { terminalFailure } from '../pipeline.ts';
import { idIn } from '../run.ts';
import { readTasks } from '../startable.ts';
import type { Step, TaskType } from '../task-type.ts';

interface Branch {
  task: Task;
  input: JsonObject;
}

export const forkJoinDynamic: TaskType = {
  isBounded: true,
  fields: ['dynamicForkTasksParam', 'dynamicForkTasksInputParamName'],
  check({ dynamicForkTasksParam, dynamicForkTasksInputParamName, inputParameters }, report) {
    const { forkTaskWorkflow, forkTaskType, forkTaskInputs } = inputParameters;
    if (!dynamicForkTasksParam && !forkTaskWorkflow && !forkTaskType)
      return report(
        'dynamicForkTasksParam',
        'must be given, or inputParameters.forkTaskWorkflow, or .forkTaskType',
      );
    if (!dynamicForkTasksParam && forkTaskInputs === undefined)
      report('inputParameters.forkTaskInputs', 'must be a list, or an expression for one');
    if (dynamicForkTasksParam && !dynamicForkTasksInputParamName)
      report('dynamicForkTasksInputParamName', 'must be given with dynamicForkTasksParam');
    for (const field of [dynamicForkTasksParam, dynamicForkTasksInputParamName])
      if (field && !Object.hasOwn(inputParameters, field))
        report(`inputParameters.${field}`, 'must be given, because the fork reads it');
  },
  async run(step) {
    const { run, scope, task, runTasks } = step;
    const branches = task.dynamicForkTasksParam ? await written(step) : alike(step);
    scope.forked = branches.map(({ task: { taskReferenceName } }) => taskReferenceName);
    for (const { task: forked, input } of branches)
      run.inputs.set(idIn(scope, forked.taskReferenceName), input);
    const bodies = branches.map((branch) => ({
      scope: { ...scope, isMainLine: false },
      tasks: [branch.task],
    }));
    startBranches(run, task.metadata, bodies, runTasks);
    return { forkedTaskDefs: scope.forked, forkedTasks: scope.forked };
  },
};

/** Tasks that are themselves an input, and the input of each by its reference. */
async function written(step: Step): Promise<Branch[]> {
  const { task, input } = step;
  const given = asList(input[task.dynamicForkTasksParam ?? '']);
  if (!given.every(isObject)) throw terminalFailure(`"${task.dynamicForkTasksParam}" is no list of tasks.`);
  if (given.length === 0) return [];
  const inputs = asObject(input[task.dynamicForkTasksInputParamName ?? '']);
  const tasks = await readTasks(step, given);
  return tasks.map((each) => ({
    task: each,
    input: { ...each.inputParameters, ...asObject(inputs[each.taskReferenceName]) },
  }));
}

/** The same sub-workflow, or the same type of task, once for each input. */
function alike({ task, state, input }: Step): Branch[] {
  const { forkTaskInputs, forkTaskName } = input;
  const name = String(forkTaskName ?? input.forkTaskWorkflow ?? state.ref);
  return asList(forkTaskInputs).map((each, index) => {
    const taskReferenceName = `_${forkTaskName ?? task.taskReferenceName}_${index}`;
    return {
      task: bareTask({ name, taskReferenceName, optional: task.optional, ...kindOf(input) }),
      input: { ...(isObject(each) ? each : { input: each }), __index: index },
    };
  });
}

function kindOf({ forkTaskWorkflow, forkTaskWorkflowVersion, forkTaskType }: JsonObject): Partial<Task> {
  if (!forkTaskWorkflow) return { type: String(forkTaskType) };
  const version = numberOf(forkTaskWorkflowVersion);
  return { type: 'SUB_WORKFLOW', subWorkflowParam: { name: String(forkTaskWorkflow), version } };
}

function numberOf(value: Json | undefined): number | undefined {
  return Number(value) > 0 ? Number(value) : undefined;
}
