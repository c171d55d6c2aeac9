// WAIT: for a duration, until a time, or until somebody outside says that it is done. A durable Timer, or a Signal.
import { readDuration, readTime } from '../durations.ts';
import type { JsonObject } from '../json.ts';
import { TaskFailure, terminalFailure } from '../pipeline.ts';
import { stopIfEnded } from '../run.ts';
import type { TaskType } from '../task-type.ts';

export const wait: TaskType = {
  inputs: ['duration', 'until'],
  check({ inputParameters: { duration, until } }, report) {
    if (duration && until) report('inputParameters', 'must have duration or until, not both');
    if (isLiteral(duration) && readDuration(String(duration)) === undefined)
      report('inputParameters.duration', 'must be a duration, such as "2 days 3h 10m20s"');
    if (isLiteral(until) && readTime(String(until)) === undefined)
      report('inputParameters.until', 'must be a time, such as "2026-12-24 18:00 CET"');
  },
  async run({ run, state, input }) {
    const isCompleted = () => run.completions.has(state.id) || run.outcome !== undefined;
    const milliseconds = lengthOf(input, run.host.now());
    if (milliseconds === undefined) await run.host.until(isCompleted);
    else await run.host.wait(state.id, milliseconds, isCompleted);
    stopIfEnded(run);
    const { status = 'COMPLETED', output = {}, reason } = run.completions.get(state.id) ?? {};
    if (status !== 'COMPLETED') throw new TaskFailure(reason ?? 'Failed from outside.', { status, output });
    return output;
  },
};

/** @returns undefined without a duration and a time @throws a TaskFailure when it cannot be read */
function lengthOf({ duration, until }: JsonObject, now: number): number | undefined {
  if (duration && until) throw terminalFailure('A WAIT has a duration or until, not both.');
  if (!duration && !until) return undefined;
  const milliseconds = duration ? readDuration(String(duration)) : readTime(String(until));
  if (milliseconds === undefined)
    throw terminalFailure(`"${duration ?? until}" is neither a duration nor a time.`);
  return duration ? milliseconds : Math.max(0, milliseconds - now);
}

const isLiteral = (value: unknown) => Boolean(value) && !String(value).includes('${');
