// TERMINATE: ends the run, and with it all branches.
import { isObject, type Json } from '../json.ts';
import { type EndStatus, RunEnded } from '../pipeline.ts';
import type { TaskType } from '../task-type.ts';

const ENDINGS = ['COMPLETED', 'FAILED', 'TERMINATED'] as const satisfies EndStatus[];

export const terminate: TaskType = {
  inputs: ['terminationStatus', 'terminationReason', 'workflowOutput'],
  check({ inputParameters: { terminationStatus }, optional }, report) {
    const isExpression = String(terminationStatus).includes('${');
    if (!isExpression && !isEnding(terminationStatus))
      report('inputParameters.terminationStatus', `must be ${ENDINGS.join(', ')}`);
    if (optional) report('optional', 'must be false: what ends the run cannot be optional');
  },
  async run({ run, state, input }) {
    const { terminationStatus, terminationReason, workflowOutput = {} } = input;
    const status = isEnding(terminationStatus) ? terminationStatus : 'FAILED';
    const output = isObject(workflowOutput) ? workflowOutput : { output: workflowOutput };
    const reason = terminationReason ? String(terminationReason) : undefined;
    Object.assign(state, { status: 'COMPLETED', output, endTime: run.host.now() });
    throw new RunEnded({ status, output, reason, ...(status === 'FAILED' && { failedTask: state.id }) });
  },
};

function isEnding(status: Json | undefined): status is (typeof ENDINGS)[number] {
  return (ENDINGS as readonly unknown[]).includes(status);
}
