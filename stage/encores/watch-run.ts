// Follows a run in the terminal until it has ended: a line for each box that changes.
import type { Client } from '@temporalio/client';
import { allBoxes, type Box, boxesOf } from '../../encores/pipelines/boxes.ts';
import { createFollower, type RunTree, type Sight } from '../../encores/pipelines/follow.ts';
import { lineOf, linesOfBoxes } from '../../encores/pipelines/tree-text.ts';
import { lengthOf, RUN_SHOWN } from '../../encores/pipelines/words.ts';
import { toPlainText } from '../../hello-ip/support/plain-text.ts';
import { symbolOf } from '../processes/output.ts';

const TYPES_UNSAID = ['JOIN', 'FORK_JOIN', 'FORK_JOIN_DYNAMIC'];

export interface WatchOptions {
  print: (line: string) => void;
  /** Nothing more is said or done. */
  signal: AbortSignal;
}

/** Resolves with the run once it has ended. */
export function watchRun(
  client: Client,
  workflowId: string,
  { print, signal }: WatchOptions,
): Promise<RunTree> {
  const follower = createFollower(client);
  const said = new Map<string, string>();
  let standing = '';
  return new Promise((resolve) => {
    const unfollow = follower.follow(workflowId, (sight) => {
      if (signal.aborted) return unfollow();
      const { run } = sight;
      const stands = standingOf(sight);
      if (stands !== standing && stands) print(`      ${stands}`);
      standing = stands;
      if (run) sayChanges(run, said, print);
      if (run?.endedAt === undefined) return;
      unfollow();
      resolve(run);
    });
  });
}

function standingOf({ awaySince, trouble, workers, run }: Sight): string {
  if (trouble) return trouble;
  if (awaySince) return 'The Temporal Service is away. The run goes on when it is back.';
  if (workers === 0 && run?.endedAt === undefined)
    return 'No Worker is polling: nothing is lost, the run waits.';
  return '';
}

/** Says each box that has begun, is tried again or is over, with the branch that it is in. */
function sayChanges(run: RunTree, said: Map<string, string>, print: (line: string) => void): void {
  const now = lengthOf((run.endedAt ?? Date.now()) - run.startedAt).padStart(6);
  for (const { box, inside } of named(boxesOf(run))) {
    const is = `${box.state} ${box.word}`;
    if (box.state === 'waiting' || said.get(box.key) === is || TYPES_UNSAID.includes(box.task.type)) continue;
    said.set(box.key, is);
    print(toPlainText(`${now} ${inside}${lineOf(box)}`));
  }
}

function named(boxes: readonly Box[], inside = ''): { box: Box; inside: string }[] {
  return boxes.flatMap((box) => {
    const within = box.workflowId ? `${inside}${box.title}: ` : inside;
    return [{ box, inside }, ...box.lanes.flatMap((lane) => named(lane.boxes, within))];
  });
}

/** "✔ pipeline_simple_v1-k3f9x2 completed, took 12.3 s, 23 of 24 steps done", and the tree. */
export function summaryOf(run: RunTree): string[] {
  const { state, word } = RUN_SHOWN[run.status];
  const boxes = boxesOf(run);
  const steps = allBoxes(boxes).filter(({ lanes }) => lanes.length === 0);
  const done = steps.filter((box) => box.state === 'done').length;
  const length = lengthOf((run.endedAt ?? Date.now()) - run.startedAt);
  const took = run.endedAt === undefined ? `under way for ${length}` : `took ${length}`;
  return [
    `${symbolOf(state)} ${run.workflowId} ${word}, ${took}, ${done} of ${steps.length} steps done`,
    ...(run.outcome?.reason ? [`  ${run.outcome.reason}`] : []),
    ...linesOfBoxes(boxes),
  ].map(toPlainText);
}
