// FORK_JOIN: starts its branches and goes on; the JOIN after it waits for them.
import { startBranches } from '../branches.ts';
import type { TaskType } from '../task-type.ts';

export const forkJoin: TaskType = {
  isBounded: true,
  fields: ['forkTasks'],
  inputs: [],
  check({ forkTasks }, report) {
    if (forkTasks.length === 0) report('forkTasks', 'must have a branch');
    if (forkTasks.some((tasks) => tasks.length === 0)) report('forkTasks', 'has a branch without tasks');
  },
  async run({ run, scope, task, runTasks }) {
    const branches = task.forkTasks.map((tasks) => ({ scope: { ...scope, isMainLine: false }, tasks }));
    startBranches(run, task.metadata, branches, runTasks);
    return {};
  },
};
