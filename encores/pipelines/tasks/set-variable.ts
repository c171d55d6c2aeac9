// SET_VARIABLE: each input becomes `workflow.variables.<name>`.
import { sizeOf } from '../json.ts';
import { terminalFailure } from '../pipeline.ts';
import type { TaskType } from '../task-type.ts';

const MOST_BYTES = 256 * 1024;

export const setVariable: TaskType = {
  async run({ run, input }) {
    const variables = { ...run.variables, ...input };
    if (sizeOf(variables) > MOST_BYTES) throw terminalFailure('The variables would have more than 256 KB.');
    run.variables = variables;
    return {};
  },
};
