// A run as the API answers it, in Conductor's fields; source: WorkflowModel.java and TaskModel.java.
import type { RunTree } from '../follow.ts';
import type { TaskRun } from '../pipeline.ts';

/** @param withTasks whether its tasks are told too */
export function executionOf(run: RunTree, withTasks: boolean): object {
  const { workflowId, status, given, startedAt, endedAt, outcome, variables } = run;
  const { definition, input, correlationId, parentWorkflowId } = given;
  const failed = run.tasks.filter((task) => task.status.startsWith('FAILED') || task.status === 'TIMED_OUT');
  return {
    ...{ workflowId, workflowName: definition.name, workflowVersion: definition.version, status },
    ...{
      createTime: startedAt,
      startTime: startedAt,
      updateTime: endedAt ?? Date.now(),
      endTime: endedAt ?? 0,
    },
    ...{ input, output: outcome?.output ?? {}, variables, correlationId, parentWorkflowId },
    reasonForIncompletion: outcome?.reason,
    failedReferenceTaskNames: failed.map(({ ref }) => ref),
    tasks: withTasks ? run.tasks.map((task, index) => taskOf(task, index, run)) : [],
  };
}

function taskOf(task: TaskRun, index: number, { workflowId, given, atHand }: RunTree): object {
  const { id, ref, name, type, status, iteration, input, output, retryCount, reason } = task;
  const at = atHand.get(id);
  return {
    ...{ taskId: `${workflowId}/${id}`, referenceTaskName: id, taskType: type, taskDefName: name },
    status: status === 'IN_PROGRESS' && at && !at.isRunning ? 'SCHEDULED' : status,
    ...{ seq: index + 1, iteration, inputData: input, outputData: output, retryCount },
    ...{ scheduledTime: task.startTime, startTime: task.startTime, endTime: task.endTime ?? 0 },
    ...{ reasonForIncompletion: reason, workflowInstanceId: workflowId, workflowType: given.definition.name },
    workflowTask: { name, taskReferenceName: ref, type },
  };
}
