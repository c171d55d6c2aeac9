// SWITCH: goes on with one of its cases. The task itself is done once it has decided.
import { asText } from '../expressions.ts';
import type { Json } from '../json.ts';
import { evaluate } from '../perform.ts';
import { terminalFailure } from '../pipeline.ts';
import type { Step, TaskType } from '../task-type.ts';
import { SCRIPT_LANGUAGES } from './inline.ts';

const EVALUATORS = ['value-param', ...SCRIPT_LANGUAGES];

export const switchTask: TaskType = {
  fields: ['evaluatorType', 'expression', 'decisionCases', 'defaultCase'],
  check({ evaluatorType, expression, inputParameters, decisionCases, defaultCase }, report) {
    if (!EVALUATORS.includes(evaluatorType ?? ''))
      report('evaluatorType', `must be ${EVALUATORS.join(', ')}`);
    if (!expression) report('expression', 'must be given');
    else if (evaluatorType === 'value-param' && !Object.hasOwn(inputParameters, expression))
      report('expression', `names no input: inputParameters has no "${expression}"`);
    if (Object.keys(decisionCases).length === 0 && defaultCase.length === 0)
      report('decisionCases', 'must have a case, or defaultCase must have tasks');
  },
  async run(step) {
    const selectedCase = asText(await decide(step));
    return { evaluationResult: [selectedCase], selectedCase };
  },
  async follow({ scope, task, state, runTasks }) {
    if (state.status !== 'COMPLETED') return; // It was optional, and could not decide.
    const { decisionCases, defaultCase } = task;
    const taken = String(state.output.selectedCase);
    await runTasks(scope, Object.hasOwn(decisionCases, taken) ? (decisionCases[taken] ?? []) : defaultCase);
  },
};

async function decide({ run, task, state, input }: Step): Promise<Json> {
  const { expression, evaluatorType } = task;
  if (!expression) throw terminalFailure('The SWITCH has no expression.');
  if (evaluatorType === 'value-param') return input[expression] ?? null;
  const { result = null } = await evaluate(run, state.id, expression, input);
  return result;
}
