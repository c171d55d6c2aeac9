// A run in the words and shapes of the kit's one vocabulary.
import type { State } from '../../hello-ip/web/vocabulary.ts';
import { allBoxes, type Box, boxesOf } from './boxes.ts';
import type { RunTree } from './follow.ts';
import type { RunStatus } from './pipeline.ts';

/** Which shape and colour the status of a run has, and its word. */
export const RUN_SHOWN: Record<RunStatus, { state: State; word: string }> = {
  RUNNING: { state: 'running', word: 'running' },
  PAUSED: { state: 'paused', word: 'paused' },
  COMPLETED: { state: 'done', word: 'completed' },
  FAILED: { state: 'failed', word: 'failed' },
  TIMED_OUT: { state: 'failed', word: 'timed out' },
  TERMINATED: { state: 'cancelled', word: 'cancelled' },
};

/** "0.4 s", or "1:35" from 100 seconds on. */
export function lengthOf(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 100) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;
}

/** Where the run is: "waves 1 of 2, 2 steps running". Nothing once it is over. */
export function placeOf(run: RunTree): string | undefined {
  if (run.endedAt !== undefined) return undefined;
  const boxes = allBoxes(boxesOf(run));
  const loop = boxes.find(({ task, state }) => task.type === 'DO_WHILE' && isUnderWay(state));
  const steps = boxes.filter(({ lanes, state }) => lanes.length === 0 && isUnderWay(state)).length;
  const running = `${steps} ${steps === 1 ? 'step' : 'steps'} running`;
  return loop?.note ? `${loop.title} ${loop.note}, ${running}` : running;
}

/** "sub-workflow", "fork", "loop": what a type is called where people read it. */
export function kindOf({ task }: Pick<Box, 'task'>): string {
  const names: Record<string, string> = {
    ...{ FORK_JOIN: 'FORK', FORK_JOIN_DYNAMIC: 'FORK', DO_WHILE: 'LOOP', SUB_WORKFLOW: 'SUB-WORKFLOW' },
    ...{ SET_VARIABLE: 'SET' },
  };
  return names[task.type] ?? task.type;
}

function isUnderWay(state: State): boolean {
  return state === 'running' || state === 'retrying' || state === 'paused';
}
