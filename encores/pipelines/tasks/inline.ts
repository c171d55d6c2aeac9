// INLINE: a script, whose value is the output's `result`.
import { evaluate } from '../perform.ts';
import { terminalFailure } from '../pipeline.ts';
import type { TaskType } from '../task-type.ts';

export const SCRIPT_LANGUAGES = ['javascript', 'graaljs'];

export const inline: TaskType = {
  isRetried: true,
  check({ inputParameters: { expression, evaluatorType = 'javascript' } }, report) {
    if (!expression || typeof expression !== 'string')
      report('inputParameters.expression', 'must be a script');
    if (!SCRIPT_LANGUAGES.includes(String(evaluatorType)))
      report('inputParameters.evaluatorType', `must be ${SCRIPT_LANGUAGES.join(' or ')}`);
  },
  async run({ run, state, input }) {
    const { expression } = input;
    if (typeof expression !== 'string') throw terminalFailure('The expression is no text.');
    return evaluate(run, state.id, expression, input);
  },
};
