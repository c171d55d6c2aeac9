// The runs of orchestration: one that goes well, one whose child fails, and three that are refused.
import { PATTERNS, start, startPattern } from '../client.ts';
import { childrenIn, failureIn, isBefore, momentOf, resultIn, timeOf, untilClosed } from './history.ts';
import { link, type Proof, type Run, type Show } from './run.ts';

const NUMBERS = [1, 2, 3, 4];
const SUM = 100;
/** Exact, but not when it is multiplied by ten. */
const LARGE = Number.MAX_SAFE_INTEGER;
const TOO_MANY = Array.from({ length: 10_000 }, (_, index) => index);
const BAD_INPUTS: Record<string, unknown> = { text: 'one, two', NaN: [1, Number.NaN], '10,000': TOO_MANY };

export const runs: Run[] = [
  {
    name: 'sum',
    shows: 'The parent waits for one child, then for two at once, and adds up what they return.',
    show: showSum,
  },
  {
    name: 'a child fails',
    shows: 'The parent gets the failure of its child with its type, and the other child is ended with it.',
    show: showFailingChild,
  },
  {
    name: 'bad input',
    shows: 'Text, NaN and 10,000 numbers: refused before anything runs, and by the Workflow all the same.',
    show: showBadInput,
  },
];

async function showSum(show: Show): Promise<Proof[]> {
  const parent = await start(show.client, 'orchestration', NUMBERS);
  show.print(`${parent.workflowId}: orchestrate [${NUMBERS}]`);
  const { events } = await untilClosed(show.client, parent);
  const children = childrenIn(events);
  for (const { type, ended, ...child } of children)
    show.print(`  ${type} returned ${JSON.stringify(resultIn(ended))}: ${link(show, child)}`);

  const parallel = children.filter(({ type }) => type === 'timesTen');
  const sum = resultIn(events.at(-1));
  return [
    {
      what: 'Its children worked at the same time',
      holds:
        parallel.length === 2 &&
        parallel.every(({ started }) => parallel.every(({ ended }) => isBefore(started, ended))),
      evidence: parallel.map(
        ({ workflowId, started, ended }) =>
          `${workflowId}: started ${momentOf(started)}, completed ${momentOf(ended)}`,
      ),
    },
    {
      what: `It added up what they returned: ${SUM}`,
      holds: sum === SUM,
      evidence: [
        `returned: ${parallel.map(({ ended }) => resultIn(ended)).join(', ')}; result: ${sum}`,
        link(show, parent),
      ],
    },
  ];
}

async function showFailingChild(show: Show): Promise<Proof[]> {
  const numbers = [1, 2, LARGE, 0];
  const parent = await start(show.client, 'orchestration', numbers);
  show.print(`${parent.workflowId}: orchestrate [${numbers}]; ten times the last two is too large`);
  const { events, status } = await untilClosed(show.client, parent);
  const children = childrenIn(events);
  const failed = children.find(({ ended }) => failureIn(ended));
  const inChild = failureIn(failed?.ended);
  const inParent = failureIn(events.at(-1));
  const other = children.find(
    ({ type, workflowId }) => type === 'timesTen' && workflowId !== failed?.workflowId,
  );
  const otherEnded = other && (await untilClosed(show.client, other));
  return [
    {
      what: 'The parent failed with the failure of its child, and its type',
      holds: status === 'FAILED' && inChild?.type === 'TooLarge' && inParent?.type === inChild.type,
      evidence: [
        `${failed?.workflowId} failed at ${timeOf(failed?.ended)}: ${inChild?.type}: ${inChild?.message}`,
        `${parent.workflowId} failed at ${timeOf(events.at(-1))}: ${inParent?.type}: ${inParent?.message}`,
        link(show, parent),
      ],
    },
    {
      what: 'The other child was ended with its parent',
      holds: otherEnded?.status === 'TERMINATED',
      evidence: other ? [`${other.workflowId}: ${otherEnded?.status}`, link(show, other)] : [],
    },
  ];
}

async function showBadInput(show: Show): Promise<Proof[]> {
  const proofs = await Promise.all(
    Object.entries(BAD_INPUTS).map(async ([name, input]) => [
      await refusedByClient(show, name, input),
      await refusedByWorkflow(show, name, input),
    ]),
  );
  return proofs.flat();
}

async function refusedByClient({ client, print }: Show, name: string, input: unknown): Promise<Proof> {
  // NaN is not JSON, so somebody who means it types it like this.
  const json = name === 'NaN' ? '[1,NaN]' : JSON.stringify(input);
  const refusal = await startPattern(client, 'orchestration', json).then(
    () => undefined,
    ({ message }: Error) => message,
  );
  print(`  ${name}: ${refusal}`);
  return {
    what: `${name}: refused before anything ran`,
    holds: refusal !== undefined,
    evidence: [refusal ?? 'It was started.'],
  };
}

async function refusedByWorkflow(show: Show, name: string, input: unknown): Promise<Proof> {
  const parent = await start(show.client, 'orchestration', input);
  const { events, status } = await untilClosed(show.client, parent);
  const failure = failureIn(events.at(-1));
  return {
    what: `${name}: refused by the Workflow, for good and before any child`,
    holds:
      status === 'FAILED' &&
      failure?.type === 'BadInput' &&
      !failure.isRetryable &&
      childrenIn(events).length === 0,
    evidence: [
      `${PATTERNS.orchestration.type} failed with ${failure?.type}: ${failure?.message}; ${events.length} events`,
      link(show, parent),
    ],
  };
}
