// Whether an exercise gives up on the location, after five attempts and not before, and says so.
import { ApplicationFailure } from '@temporalio/common';
import type { Checked } from '../exercises.ts';
import type { Lab } from '../lab.ts';

const PLACE = 'Vienna, Austria';
/** By then it is clear that nobody is going to give up. */
const FOR_EVER = 7;

/** What happens to a greeting, where these Activities fail so often before they succeed. */
async function greetWhile(lab: Lab, failures: { getIP: number; getLocationInfo: number }) {
  const made = { getIP: 0, getLocationInfo: 0 };
  const failing = (activity: keyof typeof made, answer: string) => async () => {
    made[activity] += 1;
    if (made[activity] === FOR_EVER) throw ApplicationFailure.nonRetryable('nobody has given up');
    if (made[activity] <= failures[activity]) throw new Error(`attempt ${made[activity]} fails on purpose`);
    return answer;
  };
  const activities = {
    getIP: failing('getIP', '198.51.100.7'),
    getLocationInfo: failing('getLocationInfo', PLACE),
  };
  const outcome = await lab.withWorker({ activities }, async (greet) => (await greet('Ziggy')).outcome());
  return { ...outcome, made };
}

/** Looks at a location that never comes, one that comes at the last attempt, and an address that takes its time. */
export async function* checkGiveUp(lab: Lab): AsyncGenerator<Checked> {
  // Side by side: the Temporal Service takes a second from one attempt to the next.
  const [never, atLast, slow] = await Promise.all([
    greetWhile(lab, { getIP: 0, getLocationInfo: Number.POSITIVE_INFINITY }),
    greetWhile(lab, { getIP: 0, getLocationInfo: 4 }),
    greetWhile(lab, { getIP: 5, getLocationInfo: 0 }),
  ]);
  yield {
    so: never.greeting !== undefined,
    fact: `While getLocationInfo fails: ${never.greeting ?? never.reason}`,
  };
  yield {
    so: never.made.getLocationInfo === 5,
    fact: `It was tried ${never.made.getLocationInfo} times; five are wanted.`,
  };
  yield {
    so: /Ziggy/.test(never.greeting ?? '') && /\b(five|5)\b/i.test(never.greeting ?? ''),
    fact: 'The greeting has the name in it, and says that there were five attempts.',
  };
  yield {
    so: atLast.greeting?.includes(PLACE) ?? false,
    fact: `When the fifth attempt succeeds: ${atLast.greeting ?? atLast.reason}`,
  };
  yield {
    so: slow.greeting?.includes(PLACE) ?? false,
    fact: `When it is getIP that succeeds only at its sixth attempt: ${slow.greeting ?? slow.reason}`,
  };
}
