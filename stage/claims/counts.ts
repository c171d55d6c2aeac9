// What the two counters have counted, judged: by the volatile process's own output, and by the Event History.
import type { Counted } from '../counters.ts';
import type { Verdict } from './world.ts';

/** What both have counted so far. */
export interface Counts {
  /** A list for each time that the volatile process was started. */
  volatile: number[][];
  durable: Counted[];
}

/** The volatile counter was killed on its way, and began again with 1. */
export function startedOver({ volatile }: Counts): Verdict {
  const [before, now] = volatile.slice(-2);
  if (!before || !now)
    return notSo(
      `volatile was started ${volatile.length === 1 ? 'once' : 'never'}: ${list(volatile.flat())}`,
    );
  const facts = `volatile had got to ${before.at(-1) ?? 'nothing'}, and after its kill printed ${list(now)}`;
  return { so: before.length > 0 && now[0] === 1, facts: [facts] };
}

/** The durable count went on with this number in another process than had counted the number before. */
export function resumedAt({ durable }: Counts, n: number): Verdict {
  const index = durable.findIndex(({ number }) => number === n);
  const [before, resumed] = [durable[index - 1], durable[index]];
  const changed = before && resumed && before.identity !== resumed.identity;
  if (!changed)
    return notSo(
      `durable: ${durable.map(({ number, identity }) => `${number} by ${identity}`).join(', ') || 'nothing'}`,
    );
  return {
    so: before.number === n - 1,
    facts: [
      `${before.number} was counted by ${before.identity} (event ${before.eventId})`,
      `${resumed.number} by ${resumed.identity} (event ${resumed.eventId})`,
    ],
  };
}

/** The durable count is 1, 2, 3 … as far as it has got. */
export function noneTwiceNoneMissing({ durable }: Counts): Verdict {
  const numbers = durable.map(({ number }) => number);
  const inOrder = numbers.length > 0 && numbers.every((number, index) => number === index + 1);
  return { so: inOrder, facts: [`in the Event History: ${list(numbers)}`] };
}

function list(numbers: number[]): string {
  return numbers.join(' ') || 'nothing';
}

function notSo(fact: string): Verdict {
  return { so: false, facts: [fact] };
}
