// Whether the stage is up as it should be, and whether an earlier one has left something behind.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StageStatus } from '../ask.ts';
import type { Check, Finding } from '../doctor.ts';
import { type Note, runningElsewhere } from '../leftovers.ts';
import { identityOf } from '../process-table.ts';

/** What is known of the stage of this folder. */
export interface StageFacts {
  status: StageStatus | 'silent' | undefined;
  /** The stage's own process, where one runs. */
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

/** What to say of it. */
export function judgeStage({ status, pid, leftOvers }: StageFacts): Finding {
  if (pid !== undefined && (status === undefined || status === 'silent')) {
    return {
      state: 'problem',
      fact: `The stage (pid ${pid}) does not answer.`,
      mend: 'In its terminal fg brings back one that is suspended, and Ctrl-C ends it; then: npm start',
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
  if (odd.length === 0) return { state: 'ok', fact: 'The stage is up, with all that belongs to it.' };
  return { state: 'warning', fact: `Of the stage, ${odd.join(', ')}.`, mend: 'Run: npm run stage reset' };
}

function oddities({ processes, network }: StageStatus): string[] {
  const down = processes.filter(({ state, yours }) => !yours && state !== 'ready');
  const frozen = processes.filter(({ frozen }) => frozen);
  return [
    ...down.map(({ name, state }) => `the ${name} is ${state}`),
    ...frozen.map(({ name }) => `the ${name} is frozen`),
    ...(network && network.state !== 'open' ? [`the network is ${network.state}`] : []),
  ];
}

/** The processes of a stage that is gone: those that the next start will end. */
export function findLeftOvers(folder: string): Note[] {
  return notesIn(folder).filter(
    ({ pid, identity, owner }) => identityOf(pid) === identity && identityOf(owner.pid) !== owner.identity,
  );
}

function notesIn(folder: string): Note[] {
  const pids = join(folder, 'pids');
  try {
    return readdirSync(pids).map((file) => JSON.parse(readFileSync(join(pids, file), 'utf8')));
  } catch {
    return []; // no stage was ever up here, or one comes or goes right now
  }
}
