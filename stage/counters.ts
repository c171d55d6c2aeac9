// The two counters of the teaser on the stage: started and killed together, and what each has counted so far.
import { writeFileSync } from 'node:fs';
import type { Client } from '@temporalio/client';
import { workflowTuning } from '../hello-ip/stage-tuning.ts';
import { userError } from '../hello-ip/user-error.ts';
import { COUNTER_ID, durableNumbers } from '../hello-ip/web/counters.ts';
import type { Supervisor } from './supervisor.ts';
import { COUNTERS } from './words.ts';

const LAST_NUMBER = 10;
const LOOK_MS = 1500;

/** What became of an order for both counters. */
export interface CountersReport {
  /** What the volatile process has printed, a list for each time that it was started. */
  volatile: number[][];
  running: string[];
}

/** The counters of one stage. */
export interface Counters {
  /** Takes down a line that the volatile process has printed. */
  hear(line: string): void;
  /** Starts both processes, and a new durable count where the last one is finished; returns before they count. */
  start(client: Client): Promise<CountersReport>;
  /** SIGKILL to both at the same time; resolves when both are gone. */
  kill(): Promise<CountersReport>;
  report(): CountersReport;
}

/** The counters as processes of this supervisor; what volatile prints goes to the file too, for the app to read. */
export function createCounters(supervisor: Supervisor, volatileFile: string): Counters {
  const runs: number[][] = [];
  const writeDown = () => writeFileSync(volatileFile, JSON.stringify(runs));
  writeDown();
  let startUnderWay: symbol | undefined;

  function running(): string[] {
    const alive = supervisor.list().filter(({ name, pid }) => isCounter(name) && pid !== undefined);
    return alive.map(({ name }) => name);
  }

  /** The Worker takes longer to come up than a plain loop: the loop begins when it is there, so that both tick together. */
  async function startBoth(): Promise<void> {
    const mine = Symbol('start');
    startUnderWay = mine;
    await supervisor.start('durable');
    if (startUnderWay !== mine) return; // killed meanwhile
    startUnderWay = undefined;
    await supervisor.start('volatile');
  }

  return {
    hear: (line) => {
      runs.at(-1)?.push(Number(line));
      writeDown();
    },
    async start(client) {
      if (startUnderWay || running().includes('volatile')) {
        throw userError('The counters are counting already. Watch them: npm run stage watch counters');
      }
      await startCount(client);
      runs.push([]);
      writeDown();
      // Not awaited, because the presenter talks on; what goes wrong is said in the stage's own terminal.
      startBoth().catch((error) => {
        startUnderWay = undefined;
        console.error(error.message);
      });
      return { volatile: runs, running: [...COUNTERS] };
    },
    async kill() {
      startUnderWay = undefined;
      const alive = running();
      if (alive.length === 0) {
        throw userError('The counters are not counting. Start them: npm run stage start counters');
      }
      await Promise.all(alive.map((name) => supervisor.kill(name)));
      return { volatile: runs, running: alive };
    },
    report: () => ({ volatile: runs, running: running() }),
  };
}

function isCounter(name: string): boolean {
  return (COUNTERS as readonly string[]).includes(name);
}

/** A new count, unless one is under way. One that has got to its last number counts as finished. */
async function startCount(client: Client): Promise<void> {
  const isOver = (await durableNumbers(client)).length === LAST_NUMBER;
  const options = {
    taskQueue: 'counter',
    workflowId: COUNTER_ID,
    workflowIdConflictPolicy: isOver ? 'TERMINATE_EXISTING' : 'USE_EXISTING',
    args: [],
    ...workflowTuning,
  } as const;
  await client.withDeadline(Date.now() + LOOK_MS, () => client.workflow.start('count', options));
}
