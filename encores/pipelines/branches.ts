// Branches that run beside each other: those of a fork, and the iterations of a parallel loop.
import { allTasks } from './definition.ts';
import type { Bounds, Task } from './format.ts';
import { TaskFailure, terminalFailure } from './pipeline.ts';
import { type Branch, endBecause, idIn, type Run, type Scope } from './run.ts';

/** Nobody can follow more at once, and a Workflow may have 2,000 Activities pending. */
const MOST_BRANCHES = 500;

interface Body {
  scope: Scope;
  tasks: readonly Task[];
}

/**
 * Starts them, so many at once as `bounds` says, and does not wait for them. A failure in one of them ends the run
 * (`stop`), is left to who waits for them (`collect`), or only noted (`continue`).
 */
export function startBranches(
  run: Run,
  { maxParallelism = MOST_BRANCHES, onError = 'stop' }: Bounds,
  bodies: readonly Body[],
  runTasks: (scope: Scope, tasks: readonly Task[]) => Promise<void>,
): Branch[] {
  if (bodies.length > MOST_BRANCHES)
    throw terminalFailure(
      `There are ${bodies.length} branches. At most ${MOST_BRANCHES} can run in one fork.`,
    );
  const branches = bodies.map(({ scope, tasks }) => {
    const branch: Branch = { isOver: false, onError };
    for (const task of allTasks(tasks)) run.branches.set(idIn(scope, task.taskReferenceName), branch);
    run.open.add(branch);
    return { branch, scope, tasks };
  });
  const waiting = [...branches];
  for (let lanes = Math.min(maxParallelism, waiting.length); lanes > 0; lanes -= 1) void runNext();
  return branches.map(({ branch }) => branch);

  /** One lane: a branch, then the next that nobody runs yet. */
  async function runNext(): Promise<void> {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const { branch, scope, tasks } = next;
      try {
        await runTasks(scope, tasks);
      } catch (error) {
        if (error instanceof TaskFailure && onError !== 'stop') branch.failure = error;
        else endBecause(run, error);
      }
      branch.isOver = true;
      run.open.delete(branch);
    }
  }
}

/** What has failed in branches that are over; undefined if nothing has. "a: no route; b: no route" */
export function failuresIn(branches: readonly (Branch | undefined)[]): string | undefined {
  const failures = [...new Set(branches)].flatMap((branch) => branch?.failure ?? []);
  if (failures.length === 0) return undefined;
  return failures.map(({ culprit, message }) => `${culprit}: ${message}`).join('; ');
}
