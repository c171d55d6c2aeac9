// What the page of a run shows, kept up to date from each look of the follower.
import type { Fault } from '../../../hello-ip/web/timeline/faults.ts';
import type { State } from '../../../hello-ip/web/vocabulary.ts';
import { lanesOf } from '../../support/lanes.ts';
import { Parts } from '../../support/parts.ts';
import { boxesOf } from '../boxes.ts';
import type { RunTree, Sight } from '../follow.ts';
import { placeOf, RUN_SHOWN } from '../words.ts';
import { createDrawing } from './drawing.ts';
import { template } from './templates.ts';

const LANES = { pipelines: 'Worker', platform: 'Platform', server: 'Service' };

/** What the board looks at besides the follower. */
export interface BoardOptions {
  readFaults(): Fault[];
  /** The address of an execution in the Web UI. */
  webUiUrl(run: RunTree): string;
}

export interface Board {
  parts: Parts;
  update(sight: Sight): void;
}

interface Head {
  run: RunTree;
  shown: State;
  word: string;
  facts: string[];
  webUiUrl: string;
}

const renderHead = template<Head>('run-head');
const renderSteer = template<{ run: RunTree }>('steer');
const renderStanding = template<{ shown: State; words: string[] }>('standing');

export function createBoard({ readFaults, webUiUrl }: BoardOptions): Board {
  const parts = new Parts();
  const drawing = createDrawing(parts);
  return {
    parts,
    update(sight) {
      parts.set('standing', renderStanding(standingOf(sight)));
      const { run } = sight;
      if (!run) return;
      const known = new Map(withChildren(run).map((each) => [each.workflowId, each]));
      drawing.update(boxesOf(run), (workflowId) => {
        const child = known.get(workflowId);
        return child && webUiUrl(child);
      });
      parts.set('head', renderHead(headOf(run, webUiUrl(run))));
      parts.set('steer', renderSteer({ run }));
      const lanes = lanesOf(run, LANES, readFaults(), Date.now());
      parts.set('lanes', `<div id="lanes" class="lanes">${lanes}</div>`);
    },
  };
}

function withChildren(run: RunTree): RunTree[] {
  return [run, ...[...run.children.values()].flatMap(withChildren)];
}

function headOf(run: RunTree, webUiUrl: string): Head {
  const { state: shown, word } = RUN_SHOWN[run.status];
  const place = placeOf(run);
  return { run, shown, word, facts: place ? [place] : [], webUiUrl };
}

/** What stands in the way; nothing while all goes well. */
function standingOf({ run, workers, awaySince, trouble }: Sight): { shown: State; words: string[] } {
  if (trouble) return { shown: 'failed', words: [trouble] };
  if (awaySince)
    return {
      shown: 'away',
      words: ['Service away.', 'This is what was known last; the run goes on when the Service is back.'],
    };
  if (run?.trouble)
    return {
      shown: 'failed',
      words: ['This run cannot be drawn any further.', 'The Web UI shows all of it.'],
    };
  if (workers === 0 && run?.endedAt === undefined)
    return {
      shown: 'paused',
      words: ['No Worker is polling.', 'Nothing is lost: each branch goes on with the step it was at.'],
    };
  if (run?.status === 'PAUSED')
    return { shown: 'paused', words: ['Paused.', 'What is under way goes on; nothing new begins.'] };
  return { shown: 'waiting', words: [] };
}
