// LOG: prints a message in the Worker's terminal. Ours; Conductor has no such type.
import { perform } from '../perform.ts';
import type { TaskType } from '../task-type.ts';

export const log: TaskType = {
  isRetried: true,
  inputs: ['message'],
  check({ inputParameters }, report) {
    if (inputParameters.message === undefined) report('inputParameters.message', 'must be given');
  },
  run: (step) => perform(step, 'printMessage', { message: step.input.message ?? null }),
};
