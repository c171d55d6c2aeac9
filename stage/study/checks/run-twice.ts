// Whether an exercise leaves one entry for each greeting, also when the first attempt dies before it could report.
import { activityInfo } from '@temporalio/activity';
import type { Checked } from '../exercises.ts';
import type { AroundActivity, Lab } from '../lab.ts';

interface Guestbook {
  read(): string[];
}

/** The work is done and nobody hears of it, as when a Worker is killed in that moment. */
const dieBeforeReporting: AroundActivity = async (input, next) => {
  const result = await next(input);
  if (activityInfo().attempt === 1) throw new Error('The Worker died before it could report.');
  return result;
};

/** Greets one guest whose first attempt is lost, and then another of the same name. */
export async function* checkRunTwice(lab: Lab): AsyncGenerator<Checked> {
  const { read } = await lab.beside<Guestbook>('guestbook.ts');
  const before = read().length;
  const greetOnce = () =>
    lab.withWorker({ around: dieBeforeReporting }, async (greet) => (await greet('Ziggy')).outcome());

  const first = await greetOnce();
  yield { so: first.greeting !== undefined, fact: `The greeting: ${first.greeting ?? first.reason}` };
  const entries = read().length - before;
  yield {
    so: entries === 1,
    fact: `Executed twice, it wrote into the guestbook ${times(entries)}; once is wanted.`,
  };
  const second = await greetOnce();
  const more = read().length - before - entries;
  yield {
    so: second.greeting !== undefined && more === 1,
    fact: `For another guest of the same name it wrote ${times(more)}; once is wanted.`,
  };
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}
