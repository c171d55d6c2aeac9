// The runs of fallback: one for each way in which the exchange may behave, and one that is cancelled while it waits.
import { start } from '../client.ts';
import type { Answer } from '../fallback.ts';
import type { Question } from '../input.ts';
import { type Attempts, attemptsIn } from './attempts.ts';
import { type Closed, failureIn, resultIn, untilClosed, untilThere } from './history.ts';
import { link, type Proof, type Run, type Show } from './run.ts';

/** How a run is to go. */
interface Expected {
  name: string;
  shows: string;
  exchange: Question['exchange'];
  /** What the Event History says of the attempts. */
  attempts: Partial<Attempts>;
  /** Where the rate is from; the type of the failure where there is none. */
  ends: Answer['from'] | 'UnknownCurrency';
}

const EXPECTED: Expected[] = [
  {
    name: 'success',
    shows: 'The exchange answers at the first attempt.',
    exchange: 'answers',
    attempts: { count: 1, wentWrong: undefined, ended: 'completed' },
    ends: 'the exchange',
  },
  {
    name: 'error then fallback',
    shows: "The exchange fails at each of three attempts, so yesterday's rate is the answer.",
    exchange: 'fails',
    attempts: { count: 3, wentWrong: 'ExchangeFailed', ended: 'ExchangeFailed' },
    ends: 'yesterday',
  },
  {
    name: 'slow but in time',
    shows: 'The first attempt times out, the second is in time.',
    exchange: 'slow once',
    attempts: { count: 2, wentWrong: 'START_TO_CLOSE', ended: 'completed' },
    ends: 'the exchange',
  },
  {
    name: 'silent but in time',
    shows: 'The first attempt sends no heartbeat and is given up sooner, the second is in time.',
    exchange: 'silent once',
    attempts: { count: 2, wentWrong: 'HEARTBEAT', ended: 'completed' },
    ends: 'the exchange',
  },
  {
    name: 'too slow, fallback',
    shows: "Every attempt times out, and then the total is used up, so yesterday's rate is the answer.",
    exchange: 'slow',
    attempts: { wentWrong: 'START_TO_CLOSE', ended: 'SCHEDULE_TO_CLOSE' },
    ends: 'yesterday',
  },
  {
    name: 'business error',
    shows:
      'The exchange does not trade this currency. No retry and no older rate can help: the Workflow fails.',
    exchange: 'refuses',
    attempts: { count: 1, wentWrong: undefined, ended: 'UnknownCurrency' },
    ends: 'UnknownCurrency',
  },
];

export const runs: Run[] = [
  ...EXPECTED.map((expected) => ({
    name: expected.name,
    shows: expected.shows,
    show: (show: Show) => showOne(show, expected),
  })),
  {
    name: 'cancelled',
    shows: 'A cancellation ends the Workflow as Canceled: nobody waits for an answer any more.',
    show: showCancelled,
  },
];

async function showOne(show: Show, { exchange, attempts, ends }: Expected): Promise<Proof[]> {
  const asked = await ask(show, exchange);
  const closed = await untilClosed(show.client, asked);
  const seen = attemptsIn(closed.events);
  const ended = endOf(closed);
  const wanted = Object.entries(attempts) as [keyof Attempts, unknown][];
  return [
    {
      what: `The Activity was attempted as expected: ${inWords({ ...seen, ...attempts })}`,
      holds: wanted.every(([key, value]) => seen[key] === value),
      evidence: [`Event History: ${inWords(seen)}`],
    },
    {
      what: ends === 'UnknownCurrency' ? `It failed: ${ends}` : `Its rate is from ${ends}`,
      holds: ended.how === ends,
      evidence: [ended.what, link(show, asked)],
    },
  ];
}

async function showCancelled(show: Show): Promise<Proof[]> {
  const asked = await ask(show, 'slow');
  const handle = show.client.workflow.getHandle(asked.workflowId, asked.runId);
  await untilThere('the exchange to be asked', async () => {
    const [pending] = (await handle.describe()).raw.pendingActivities ?? [];
    return pending?.attempt && pending.lastStartedTime ? true : undefined;
  });
  await handle.cancel();
  show.print('  Cancelled while the exchange was being asked');
  const { events, status } = await untilClosed(show.client, asked);
  const isActivityTold = events.some((event) => event.activityTaskCancelRequestedEventAttributes);
  return [
    {
      what: 'The cancellation was not swallowed',
      holds: status === 'CANCELLED' && isActivityTold,
      evidence: [
        `Workflow: ${status}; its Activity was ${isActivityTold ? '' : 'not '}told`,
        link(show, asked),
      ],
    },
  ];
}

async function ask({ client, print }: Show, exchange: Question['exchange']) {
  const question: Question = { currency: exchange === 'refuses' ? 'XXX' : 'EUR', exchange };
  const asked = await start(client, 'fallback', question);
  print(`${asked.workflowId}: askWithFallback ${JSON.stringify(question)}`);
  return asked;
}

function inWords({ count, wentWrong, ended }: Attempts): string {
  const how = wentWrong && wentWrong !== ended ? `, ${wentWrong}` : '';
  return `${count} ${count === 1 ? 'attempt' : 'attempts'}${how}, at last ${ended}`;
}

/** Where the rate is from, or the type of the failure; and the same in words. */
function endOf({ events, status }: Closed): { how?: string; what: string } {
  const last = events.at(-1);
  const failure = failureIn(last);
  if (failure) return { how: failure.type, what: `${failure.type}: ${failure.message}` };
  const answer = resultIn(last) as Answer | undefined;
  if (!answer) return { what: status };
  return { how: answer.from, what: JSON.stringify(answer) };
}
