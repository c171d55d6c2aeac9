// Whether an exercise leaves one entry for each greeting, even if the first attempt dies before it could report.
import { activityInfo } from '@temporalio/activity';
import type { AroundActivity, CheckResult, ExerciseWorker } from '../exercise-worker.ts';

interface Guestbook {
  read(): string[];
}

/** The work is done and nobody hears about it, as when a Worker is killed at that moment. */
const dieBeforeReporting: AroundActivity = async (input, next) => {
  const result = await next(input);
  if (activityInfo().attempt === 1) throw new Error('The Worker died before it could report.');
  return result;
};

/** Greets a guest whose first attempt is lost, another of the same name, and one in a second run of the first Workflow Id. */
export async function* checkRunTwice(worker: ExerciseWorker): AsyncGenerator<CheckResult> {
  const { read } = await worker.beside<Guestbook>('guestbook.ts');
  const greetOnce = async (workflowId?: string) => {
    const before = read().length;
    const outcome = await worker.withWorker({ around: dieBeforeReporting }, async (greet) =>
      (await greet('Ziggy', workflowId)).outcome(),
    );
    return { ...outcome, entries: read().length - before };
  };

  const first = await greetOnce();
  yield { holds: first.greeting !== undefined, fact: `The greeting: ${first.greeting ?? first.reason}` };
  yield {
    holds: first.entries === 1,
    fact: `Executed twice, it wrote in the guestbook ${times(first.entries)}; it should be once.`,
  };
  const second = await greetOnce();
  yield {
    holds: second.greeting !== undefined && second.entries === 1,
    fact: `For another guest of the same name it wrote ${times(second.entries)}; it should be once.`,
  };
  const again = await greetOnce(first.workflowId);
  yield {
    holds: again.greeting !== undefined && again.entries === 1,
    fact: `In a second run of the same Workflow Id it wrote ${times(again.entries)}; it should be once.`,
    hint: 'Activity Ids start again in each run: after Continue-As-New, or when a Workflow Id is used again, Workflow Id and Activity Id are a key that was seen before. The Run Id tells the runs apart.',
  };
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}
