// DO_WHILE: its body again and again, while the condition holds or for each of its items.
import { failuresIn, startBranches } from '../branches.ts';
import { resolve, resolveObject } from '../expressions.ts';
import { asList, type Json, type JsonObject, sizeOf } from '../json.ts';
import { evaluate } from '../perform.ts';
import { TaskFailure, terminalFailure } from '../pipeline.ts';
import { findTask, lookupIn, type Scope, untilSo } from '../run.ts';
import type { Step, TaskType } from '../task-type.ts';

const MOST_ITERATIONS = 500;
/** What the next history is started with may have 2 MB; some room is left. */
const MOST_CARRIED_BYTES = 1_500_000;

export const doWhile: TaskType = {
  isBounded: true,
  fields: ['loopOver', 'loopCondition', 'items'],
  check({ loopOver, loopCondition, items, inputParameters, metadata }, report) {
    const { _items, keepLastN } = inputParameters;
    const hasItems = Boolean(items) || _items !== undefined;
    if (loopOver.length === 0) report('loopOver', 'must have a task');
    if (!loopCondition && !hasItems) report('loopCondition', 'must be given, or items');
    if (keepLastN !== undefined && !(Number.isInteger(keepLastN) && Number(keepLastN) > 0))
      report('inputParameters.keepLastN', 'must be a whole number, 1 at least');
    if (metadata.executionMode === 'parallel' && (loopCondition || !hasItems))
      report('metadata.executionMode', 'can be parallel only with items and without loopCondition');
  },
  async run(step) {
    const items = itemsOf(step);
    if (items && items.length > MOST_ITERATIONS)
      throw terminalFailure(
        `There are ${items.length} items. A loop has ${MOST_ITERATIONS} iterations at most.`,
      );
    step.state.output = { iteration: 0, ...step.state.output };
    if (items?.length === 0) return step.state.output;
    return step.task.metadata.executionMode === 'parallel'
      ? runBeside(step, items ?? [])
      : runInTurn(step, items);
  },
};

/** The items as they were when the loop began; none if it has a condition only. */
function itemsOf({ run, scope, task, state }: Step): Json[] | undefined {
  const { items, inputParameters } = task;
  if (!items && inputParameters._items === undefined) return undefined;
  state.input._items ??= asList(items ? resolve(items, lookupIn(run, scope)) : undefined);
  return asList(state.input._items);
}

/** The body first, then the condition. */
async function runInTurn(step: Step, items?: Json[]): Promise<JsonObject> {
  const { run, task, state, runTasks } = step;
  const { doneBefore } = run;
  run.doneBefore = 0;
  for (let iteration = doneBefore + 1; iteration <= MOST_ITERATIONS; iteration += 1) {
    const scope = scopeOf(step, iteration, items);
    state.output = { ...state.output, ...scope.loop?.output };
    await runTasks(scope, task.loopOver);
    keep(step, scope);
    if (iteration === items?.length || !(await holds(step, scope))) return state.output;
    await goOnInNewHistory(step, iteration);
  }
  throw terminalFailure(`The loop would have more than ${MOST_ITERATIONS} iterations.`, state.output);
}

/** All items beside each other, so many at once as `maxParallelism` says. */
async function runBeside(step: Step, items: Json[]): Promise<JsonObject> {
  const { run, task, state, runTasks } = step;
  const { metadata, loopOver: tasks } = task;
  const bodies = items.map((_, index) => ({ scope: scopeOf(step, index + 1, items), tasks }));
  const branches = startBranches(run, metadata, bodies, async (scope, body) => {
    await runTasks(scope, body);
    state.output.iteration = Number(state.output.iteration) + 1;
    keep(step, scope);
  });
  await untilSo(run, () => branches.every(({ isOver }) => isOver));
  const failures = failuresIn(branches);
  if (failures && metadata.onError === 'collect') throw new TaskFailure(failures, { output: state.output });
  if (failures) Object.assign(state, { status: 'COMPLETED_WITH_ERRORS', reason: failures });
  return state.output;
}

function scopeOf({ task }: Step, iteration: number, items?: Json[]): Scope {
  const item = items && { loopItem: items[iteration - 1] ?? null, loopIndex: iteration - 1 };
  const loop = { ref: task.taskReferenceName, output: { iteration, ...item } };
  return { suffix: `__${iteration}`, iteration, loop };
}

/** Keeps what an iteration has answered, and no more of them than keepLastN. */
function keep({ run, task, state, input }: Step, scope: Scope): void {
  const done = task.loopOver.flatMap(
    ({ taskReferenceName }) => findTask(run, scope, taskReferenceName) ?? [],
  );
  state.output[String(scope.iteration)] = Object.fromEntries(done.map(({ ref, output }) => [ref, output]));
  const last = Number(input.keepLastN ?? Number.POSITIVE_INFINITY);
  delete state.output[String(scope.iteration - last)];
}

async function holds({ run, task, state }: Step, scope: Scope): Promise<boolean> {
  if (!task.loopCondition) return true;
  const lookup = lookupIn(run, scope);
  const outputs = task.loopOver.map(({ taskReferenceName: ref }) => [
    ref,
    findTask(run, scope, ref)?.output ?? {},
  ]);
  const seen = {
    ...resolveObject(task.inputParameters, lookup),
    ...Object.fromEntries(outputs),
    [state.ref]: state.output,
  };
  const { result } = await evaluate(run, state.id + scope.suffix, task.loopCondition, seen);
  return Boolean(result);
}

/** Only where nothing else is under way: what runs beside a loop cannot be carried over. */
async function goOnInNewHistory({ run, scope, task }: Step, iterations: number): Promise<void> {
  const { host, given, variables, startedAt, isPaused } = run;
  if (!scope.isMainLine || run.open.size > 0 || run.outcome || !host.isHistoryLong()) return;
  const at = given.definition.tasks.indexOf(task);
  const carried = { at, iterations, tasks: [...run.tasks.values()], variables, startedAt, isPaused };
  const next = { ...given, carried };
  if (sizeOf(next) > MOST_CARRIED_BYTES) return;
  run.next = next;
  await host.until(() => false);
}
