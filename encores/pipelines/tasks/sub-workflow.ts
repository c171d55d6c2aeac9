// SUB_WORKFLOW: another definition, as a child Workflow.
import { isObject } from '../json.ts';
import { withRetries } from '../perform.ts';
import { startable } from '../startable.ts';
import type { TaskType } from '../task-type.ts';

export const subWorkflow: TaskType = {
  isRetried: true,
  fields: ['subWorkflowParam'],
  check({ subWorkflowParam }, report) {
    const { name, workflowDefinition } = subWorkflowParam ?? {};
    if (!name && !workflowDefinition) report('subWorkflowParam.name', 'must be given, or workflowDefinition');
    const isText = typeof workflowDefinition === 'string' && workflowDefinition.includes('${');
    if (workflowDefinition && !isText && !isObject(workflowDefinition))
      report('subWorkflowParam.workflowDefinition', 'must be a definition, or an expression for one');
  },
  async run(step) {
    const { run, state, input } = step;
    const given = await startable(step, input);
    const subWorkflowId = `${run.host.workflowId}.${state.id}`;
    // Before it ends, so that whoever looks at the parent finds the child.
    state.output = { subWorkflowId };
    const output = await withRetries(step, () => run.host.runChild(subWorkflowId, given));
    return { ...(isObject(output) ? output : { output }), subWorkflowId };
  },
};
