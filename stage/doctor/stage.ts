// Whether the stage is up as it should be, and whether an earlier one has left something behind.
import type { StageStatus } from '../control/client.ts';
import { findLeftOvers, runningElsewhere } from '../processes/pid-files.ts';
import type { Check, Finding } from './examine.ts';

/** What is known about the stage of this folder. */
export interface StageFacts {
  status: StageStatus | 'silent' | undefined;
  /** The stage's own process, if one is running. */
  pid?: number;
  /** Processes that have outlived their stage: "worker (pid 7)". */
  leftOvers: string[];
}

export const stageCheck: Check = {
  name: 'stage',
  look: async ({ folder, stage }) =>
    judgeStage({
      status: await stage,
      pid: runningElsewhere(folder, 'stage')?.pid,
      leftOvers: findLeftOvers(folder).map(({ name, pid }) => `${name} (pid ${pid})`),
    }),
};

/** The verdict on it. */
export function judgeStage({ status, pid, leftOvers }: StageFacts): Finding {
  if (pid !== undefined && (status === undefined || status === 'silent')) {
    return {
      state: 'problem',
      fact: `The stage (pid ${pid}) does not answer.`,
      mend: 'In its terminal, fg resumes a suspended stage and Ctrl-C ends it; then run: npm start',
    };
  }
  if (leftOvers.length) {
    return {
      state: 'warning',
      fact: `An earlier stage has left behind: ${leftOvers.join(', ')}.`,
      mend: 'This clears it: npm start',
    };
  }
  if (status === undefined || status === 'silent') {
    return { state: 'ok', fact: 'No stage is up, and none has left anything behind.' };
  }
  const odd = oddities(status);
  if (odd.length === 0) return { state: 'ok', fact: 'The stage is up, with everything that belongs to it.' };
  return {
    state: 'warning',
    fact: `The stage is up, but not whole: ${odd.join(', ')}.`,
    mend: 'Run: npm run stage reset',
  };
}

function oddities({ processes, network }: StageStatus): string[] {
  const down = processes.filter(({ state, yours }) => !yours && state !== 'ready');
  const frozen = processes.filter(({ frozen }) => frozen);
  return [
    ...down.map(({ name, state }) => `${name} ${state}`),
    ...frozen.map(({ name }) => `${name} frozen`),
    ...(network && network.state !== 'open' ? [`network ${network.state}`] : []),
  ];
}
