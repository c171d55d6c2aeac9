// JOIN: waits until the tasks that it names are done, or their branches are.
import { failuresIn } from '../branches.ts';
import { TaskFailure, type TaskRun } from '../pipeline.ts';
import { idIn, isTerminal, untilSo } from '../run.ts';
import type { TaskType } from '../task-type.ts';

export const join: TaskType = {
  fields: ['joinOn'],
  inputs: [],
  async run({ run, scope, task, state }) {
    const refs = scope.forked ?? task.joinOn;
    scope.forked = undefined;
    const ids = refs.map((ref) => idIn(scope, ref));
    const isDone = (id: string) => {
      const awaited = run.tasks.get(id);
      return (awaited && isTerminal(awaited)) || run.branches.get(id)?.isOver;
    };
    await untilSo(run, () => ids.every(isDone));
    const joined = ids.flatMap((id) => run.tasks.get(id) ?? []);
    const output = Object.fromEntries(joined.filter(hasOutput).map(({ ref, output }) => [ref, output]));
    const branches = ids.map((id) => run.branches.get(id));
    const failures = failuresIn(branches);
    if (failures && branches.some((branch) => branch?.onError === 'collect'))
      throw new TaskFailure(failures, { output });
    const halfDone = joined.find(({ status }) => status === 'COMPLETED_WITH_ERRORS');
    if (failures || halfDone) {
      state.status = 'COMPLETED_WITH_ERRORS';
      state.reason = failures ?? `${halfDone?.id}: ${halfDone?.reason}`;
    }
    return output;
  },
};

function hasOutput({ output }: TaskRun): boolean {
  return Object.keys(output).length > 0;
}
