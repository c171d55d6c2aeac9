// Judges what the two counters have counted: by the volatile process's own output, and by the Event History.
import type { Counted } from '../control/durable-count.ts';
import type { Counts, Verdict } from './observations.ts';

/** The volatile counter was killed midway, and began again with 1. */
export function startedOver({ volatile }: Counts): Verdict {
  const [before, now] = volatile.slice(-2);
  if (!before || !now)
    return notSo(
      `volatile was started ${volatile.length === 1 ? 'once' : 'never'}: ${list(volatile.flat())}`,
    );
  const facts = `volatile had got to ${before.at(-1) ?? 'nothing'}, and after the kill printed ${list(now)}`;
  return { holds: before.length > 0 && now[0] === 1, facts: [facts] };
}

/** Both have counted to this number by now, or beyond. */
export function bothAt({ volatile, durable }: Counts, n: number): Verdict {
  const now = volatile.at(-1) ?? [];
  const numbers = durable.map(({ number }) => number);
  const isThere = (counted: number[]) => (counted.at(-1) ?? 0) >= n;
  return {
    holds: isThere(now) && isThere(numbers),
    facts: [`volatile: ${list(now)}; durable: ${list(numbers)}`],
  };
}

/** The durable count went on in another process than the one that counted the number before. */
export function resumed({ durable }: Counts): Verdict {
  const another = durable.findLastIndex(({ identity }, index) => identity !== durable[index - 1]?.identity);
  return wentOn(durable, another);
}

/** The durable count went on with this number, in another process than the one that counted the number before. */
export function resumedAt({ durable }: Counts, n: number): Verdict {
  return wentOn(
    durable,
    durable.findIndex(({ number }) => number === n),
  );
}

function wentOn(durable: Counted[], index: number): Verdict {
  const [before, now] = [durable[index - 1], durable[index]];
  if (!before || !now || before.identity === now.identity)
    return notSo(
      `durable: ${durable.map(({ number, identity }) => `${number} by ${identity}`).join(', ') || 'nothing'}`,
    );
  return {
    holds: now.number === before.number + 1,
    facts: [
      `${before.number} was counted by ${before.identity} (event ${before.eventId})`,
      `${now.number} by ${now.identity} (event ${now.eventId})`,
    ],
  };
}

/** The durable count is 1, 2, 3 … as far as it has got. */
export function noneTwiceNoneMissing({ durable }: Counts): Verdict {
  const numbers = durable.map(({ number }) => number);
  const inOrder = numbers.length > 0 && numbers.every((number, index) => number === index + 1);
  return { holds: inOrder, facts: [`in the Event History: ${list(numbers)}`] };
}

function list(numbers: number[]): string {
  return numbers.join(' ') || 'nothing';
}

function notSo(fact: string): Verdict {
  return { holds: false, facts: [fact] };
}
