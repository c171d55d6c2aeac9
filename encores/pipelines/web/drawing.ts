// A pipeline as nested boxes of HTML: the structure once, and the label of each box as a part that is sent when it has changed.

import type { Parts } from '../../support/parts.ts';
import { allBoxes, type Box, isFork, isOpen, shownLanes, stateOfLane } from '../boxes.ts';
import { kindOf, lengthOf } from '../words.ts';
import { template } from './templates.ts';

interface Label {
  id: string;
  box: Box;
  kind: string;
  /** Whether it has boxes in it, and shows them. */
  isOpen?: boolean;
  /** It runs, or went wrong: it is to be in sight. */
  isCurrent: boolean;
  took?: string;
  isFork: boolean;
}

/** What is known of one step: what it was given, and what came of it. */
interface Facts {
  id: string;
  box: Box;
  webUi?: string;
}

const renderLabel = template<Label>('label');
const renderFacts = template<Facts>('facts');
const renderBoxes = template<{
  boxes: Box[];
  part(box: Box): string;
  facts(box: Box): string;
  isOpen: typeof isOpen;
  shownLanes: typeof shownLanes;
  stateOfLane: typeof stateOfLane;
}>('boxes');

/** Keeps the drawing up to date: the part "drawing", and in it one for each box. */
export interface Drawing {
  /** @param webUiOf the address of a run in the Web UI */
  update(boxes: Box[], webUiOf: (workflowId: string) => string | undefined): void;
}

export function createDrawing(parts: Parts): Drawing {
  const numbers = new Map<string, number>();

  function idOf(prefix: string, { key }: Box): string {
    if (!numbers.has(key)) numbers.set(key, numbers.size + 1);
    return `${prefix}${numbers.get(key)}`;
  }

  return {
    update(boxes, webUiOf) {
      for (const box of allBoxes(boxes)) {
        parts.set(idOf('b', box), renderLabel(labelOf(idOf('b', box), box)));
        const webUi = webUiOf(box.workflowId ?? box.within);
        parts.set(idOf('f', box), renderFacts({ id: idOf('f', box), box, webUi }));
      }
      const html = renderBoxes({
        ...{ boxes, isOpen, shownLanes, stateOfLane },
        part: (box) => parts.get(idOf('b', box)),
        facts: (box) => parts.get(idOf('f', box)),
      });
      parts.set('drawing', `<div id="drawing" class="drawing">${html}</div>`, structureOf(boxes));
    },
  };
}

/** What the drawing looks like when all labels are taken away. */
function structureOf(boxes: readonly Box[]): string {
  return allBoxes(boxes)
    .map((box) => {
      const lanes = shownLanes(box).map(({ title, isTaken, boxes }) => {
        return `${title} ${isTaken} ${boxes.length} ${stateOfLane(boxes)}`;
      });
      return `${box.key}[${lanes}]`;
    })
    .join();
}

function labelOf(id: string, box: Box): Label {
  const { run, lanes, state } = box;
  const took = run?.endTime === undefined ? undefined : lengthOf(run.endTime - run.startTime);
  const isUnderWay = state === 'running' || state === 'retrying' || state === 'paused' || state === 'failed';
  return {
    ...{ id, box, kind: kindOf(box), took, isFork: isFork(box.task) },
    isOpen: lanes.length > 0 ? isOpen(box) : undefined,
    isCurrent: lanes.length === 0 && isUnderWay,
  };
}
