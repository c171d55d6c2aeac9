// A run for a terminal: a line for each box, in the shapes and words of the page.
import { vocabulary } from '../../hello-ip/web/vocabulary.ts';
import { type Box, isFork, isOpen, type Lane, shownLanes } from './boxes.ts';
import { kindOf, lengthOf } from './words.ts';

/** "├── ✔ provision HTTP done 0.4 s": a sub-workflow that is done as a whole, or has not begun, is one line. */
export function linesOfBoxes(boxes: readonly Box[], indent = ''): string[] {
  return boxes.flatMap((box, index) => {
    const isLast = index === boxes.length - 1;
    const inner = `${indent}${isLast ? '   ' : '│  '} `;
    const line = `${indent}${isLast ? '└──' : '├──'} ${lineOf(box)}`;
    return isOpen(box) ? [line, ...linesOfLanes(box, inner)] : [line];
  });
}

/** "✔ provision HTTP done 0.4 s" */
export function lineOf(box: Box): string {
  const { title, state, word, note, run } = box;
  const took = run?.endTime === undefined || isFork(box.task) ? [] : [lengthOf(run.endTime - run.startTime)];
  const why = state === 'failed' && run?.reason ? [`(${run.reason})`] : [];
  const words = [title, kindOf(box), ...(note ? [note] : []), word, ...took, ...why];
  return `${vocabulary[state].symbol} ${words.join(' ')}`;
}

function linesOfLanes(box: Box, indent: string): string[] {
  const { task } = box;
  const lanes = shownLanes(box);
  if (lanes.length === 1 || task.type === 'FORK_JOIN_DYNAMIC')
    return linesOfBoxes(
      lanes.flatMap(({ boxes }) => boxes),
      indent,
    );
  return lanes.filter(isShown).flatMap((lane, index, shown) => {
    const isLast = index === shown.length - 1;
    const title = lane.title || `branch ${index + 1}`;
    return [
      `${indent}${isLast ? '└──' : '├──'} ${title}`,
      ...linesOfBoxes(lane.boxes, `${indent}${isLast ? '   ' : '│  '} `),
    ];
  });
}

function isShown({ isTaken, boxes }: Lane): boolean {
  return isTaken !== false && boxes.length > 0;
}
