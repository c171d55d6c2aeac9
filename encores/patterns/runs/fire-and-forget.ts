// The run of fire and forget: the parent ends at once, its child seconds later, whoever is killed in between.
import { start } from '../client.ts';
import type { Customer } from '../input.ts';
import {
  childrenIn,
  type Event,
  momentOf,
  resultIn,
  timeOf,
  untilClosed,
  untilThere,
  workersIn,
} from './history.ts';
import { link, type Proof, type Run, type Show } from './run.ts';

export const runs: Run[] = [
  {
    name: 'abandon',
    shows:
      'The parent has ended while its child still waits to send the letter; the child sends it all the same.',
    show: showAbandon,
  },
];

async function showAbandon(show: Show): Promise<Proof[]> {
  const { client, print, restartWorker } = show;
  const customer: Customer = { name: 'Ziggy', seconds: 5 };
  const parent = await start(client, 'fire-and-forget', customer);
  print(`${parent.workflowId}: signUp ${JSON.stringify(customer)}`);
  const parentClosed = await untilClosed(client, parent);
  const [child] = childrenIn(parentClosed.events);
  if (!child) return [{ what: 'There is a child', holds: false, evidence: [link(show, parent)] }];

  const handle = client.workflow.getHandle(child.workflowId, child.runId);
  const seen = await untilThere('its child', () => handle.describe());
  print(`  The parent has ended as ${parentClosed.status}; its child is ${seen.status.name}`);
  if (restartWorker) {
    print('  The Worker is killed, and started again');
    await restartWorker();
  }
  const childClosed = await untilClosed(client, child);
  const [first, last] = [childClosed.events[0], childClosed.events.at(-1)];
  const parentOfChild = first?.workflowExecutionStartedEventAttributes?.parentWorkflowExecution;
  print(`  ${resultIn(last)}`);

  const proofs: Proof[] = [
    {
      what: 'The parent ended while its child still ran',
      holds: parentClosed.status === 'COMPLETED' && seen.status.name === 'RUNNING',
      evidence: [
        `${parent.workflowId}: ${spanOf(parentClosed.events)}`,
        `${child.workflowId}: ${spanOf(childClosed.events)}; ${seen.status.name} when its parent had ended`,
      ],
    },
    {
      what: 'The child sent its letter all the same',
      holds: childClosed.status === 'COMPLETED',
      evidence: [`${child.workflowId}: ${resultIn(last) ?? childClosed.status}`],
    },
    {
      what: 'Each history names the other',
      holds: parentOfChild?.runId === parent.runId && child.runId === childClosed.runId,
      evidence: [
        `parent's event ${momentOf(child.started)}: ${link(show, child)}`,
        `child's event ${momentOf(first)}: ${link(show, parent)}`,
      ],
    },
  ];
  return restartWorker ? [...proofs, finishedByAnother(childClosed.events)] : proofs;
}

function finishedByAnother(events: Event[]): Proof {
  const workers = workersIn(events);
  return {
    what: 'Another Worker finished what a killed one had begun',
    holds: workers.length > 1,
    evidence: [`Workers, by pid@host: ${workers.join(', then ')}`],
  };
}

function spanOf(events: Event[]): string {
  return `${timeOf(events[0])} to ${timeOf(events.at(-1))}`;
}
