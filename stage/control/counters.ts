// The two counters of the teaser on the stage: started and killed together, and what each has counted so far.
import type { Client } from '@temporalio/client';
import { workflowTuning } from '../../hello-ip/stage-tuning.ts';
import { userError } from '../../hello-ip/support/user-error.ts';
import { TASK_QUEUE, WORKFLOW_ID } from '../../volatile-vs-durable/count.ts';
import { COUNTERS } from '../processes/names.ts';
import type { Supervisor } from '../processes/supervisor.ts';
import { durableNumbers, LAST_NUMBER } from './durable-count.ts';

const LOOK_MS = 1500;
const CALLED_OFF =
  'The counters were killed while they were starting. Start them: npm run stage start counters';

/** The state of both counters after an order. */
export interface CountersReport {
  /** What the volatile process printed, one list for each time that it was started. */
  volatile: number[][];
  running: string[];
  /** They have been told to start, and are not both up yet. */
  isStarting: boolean;
  /** Nothing of an earlier round is to be shown any more. */
  isCleared: boolean;
}

/** The counters of one stage. */
export interface Counters {
  /** Records a number that the volatile process printed; any other line is not part of the count. */
  onLine(line: string): void;
  /** Starts both processes, and a new durable count if the last one is finished; returns before they count. */
  start(client: Client): Promise<CountersReport>;
  /** Stops both politely and forgets the round, so that the next one begins with empty rows. */
  clear(): Promise<CountersReport>;
  /** SIGKILL to both at the same time; resolves when both are gone. */
  kill(): Promise<CountersReport>;
  report(): CountersReport;
}

/** The counters as processes of this supervisor. */
export function createCounters(supervisor: Supervisor): Counters {
  const runs: number[][] = [];
  let startUnderWay: symbol | undefined;
  // An earlier stage's count is none of this one's.
  let isCleared = true;

  function report(): CountersReport {
    return { volatile: runs, running: running(), isStarting: startUnderWay !== undefined, isCleared };
  }

  function running(): string[] {
    const alive = supervisor.list().filter(({ name, pid }) => isCounter(name) && pid !== undefined);
    return alive.map(({ name }) => name);
  }

  /** The Worker takes longer to start than a plain loop, so the loop waits for it: both tick together. */
  async function startBoth(mine: symbol): Promise<void> {
    try {
      await supervisor.start('durable');
      if (startUnderWay === mine) await supervisor.start('volatile');
    } catch (error) {
      // Nothing awaits this, so the error goes to the stage's terminal; a kill was already reported by its verb.
      if (startUnderWay === mine) console.error((error as Error).message);
    } finally {
      if (startUnderWay === mine) startUnderWay = undefined;
    }
  }

  return {
    onLine: (line) => {
      if (!/^\d+$/.test(line)) return;
      runs.at(-1)?.push(Number(line));
    },
    async start(client) {
      if (startUnderWay || running().includes('volatile')) {
        throw userError('The counters are already counting. Watch them: npm run stage watch counters');
      }
      const mine = Symbol('start');
      startUnderWay = mine;
      try {
        if (await startCount(client)) runs.length = 0;
        isCleared = false;
      } catch (error) {
        if (startUnderWay === mine) startUnderWay = undefined;
        throw error;
      }
      if (startUnderWay !== mine) throw userError(CALLED_OFF);
      runs.push([]);
      void startBoth(mine); // not awaited, because the presenter keeps talking
      return { ...report(), running: [...COUNTERS] };
    },
    async clear() {
      startUnderWay = undefined;
      await Promise.allSettled(COUNTERS.map((name) => supervisor.stop(name)));
      runs.length = 0;
      isCleared = true;
      return report();
    },
    async kill() {
      const alive = running();
      if (alive.length === 0 && !startUnderWay) {
        throw userError('The counters are not counting. Start them: npm run stage start counters');
      }
      startUnderWay = undefined;
      // Even one that is not up yet: a kill calls off its start, and its rejection is expected then.
      await Promise.allSettled(COUNTERS.map((name) => supervisor.kill(name)));
      const killed = { ...report(), volatile: [...runs], running: alive };
      if (runs.at(-1)?.length === 0) runs.pop(); // it was called off before it had counted anything
      return killed;
    },
    report,
  };
}

function isCounter(name: string): boolean {
  return (COUNTERS as readonly string[]).includes(name);
}

/**
 * Starts a new count, unless one is under way. One that has reached its last number counts as finished.
 * @returns whether it is a new one
 */
async function startCount(client: Client): Promise<boolean> {
  const isOver = (await durableNumbers(client)).length === LAST_NUMBER;
  const options = {
    taskQueue: TASK_QUEUE,
    workflowId: WORKFLOW_ID,
    workflowIdConflictPolicy: isOver ? 'TERMINATE_EXISTING' : 'USE_EXISTING',
    args: [],
    ...workflowTuning,
  } as const;
  await client.withDeadline(Date.now() + LOOK_MS, () => client.workflow.start('count', options));
  return isOver;
}
