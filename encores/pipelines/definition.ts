// What a definition has in it, for the Workflow and for everybody else.
import type { Task } from './format.ts';

/** "deploy_simple_v1:1", or "deploy_simple_v1" for its newest version: how the definitions that come with a run are named. */
export function keyOf(name: string, version?: number): string {
  return version ? `${name}:${version}` : name;
}

/** The lists of tasks inside a task, in the order in which they are drawn. */
export function bodiesOf(task: Task): Task[][] {
  return [
    ...task.forkTasks,
    ...Object.values(task.decisionCases),
    ...(task.defaultCase.length > 0 ? [task.defaultCase] : []),
    ...(task.loopOver.length > 0 ? [task.loopOver] : []),
  ];
}

/** All tasks, with those inside others, in the order in which they are written. */
export function allTasks(tasks: readonly Task[]): Task[] {
  return tasks.flatMap((task) => [task, ...bodiesOf(task).flatMap(allTasks)]);
}

/** A task with nothing in it that is not given. */
export function bareTask(given: Partial<Task> & Pick<Task, 'name' | 'taskReferenceName'>): Task {
  return {
    ...{ type: 'SIMPLE', inputParameters: {}, optional: false, startDelay: 0, metadata: {} },
    ...{ decisionCases: {}, defaultCase: [], forkTasks: [], loopOver: [], joinOn: [] },
    ...given,
  };
}
