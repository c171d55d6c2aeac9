// Whether an exercise undoes what was done when a later step fails for good, although its Worker is killed while it does.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { withClient } from '../../control/service-client.ts';
import {
  type CheckResult,
  type ExerciseOutcome,
  type ExerciseWorker,
  outcomeOf,
} from '../exercise-worker.ts';
import { startOwnWorker } from '../own-worker.ts';

const TASK_QUEUE = 'study-compensate';
/** A heartbeat is not sent, so an attempt that was killed counts as lost only after its 5 s. */
const DONE_WITHIN_MS = 40_000;
const LOOK_INTERVAL_MS = 50;
const BOOKED = ['book flight', 'book hotel'];

interface Trips {
  ledger(): string[];
}

/** A trip without a car, whose Worker is killed after the first cancellation; and one with a car. */
export async function* checkCompensate(worker: ExerciseWorker): AsyncGenerator<CheckResult> {
  const { ledger } = await worker.beside<Trips>('trips.ts');
  const folder = mkdtempSync(join(tmpdir(), 'trips '));
  const travel = async (cars: number) => {
    process.env.TRIPS = join(folder, `with-${cars}-cars`);
    process.env.CARS = String(cars);
    writeFileSync(process.env.TRIPS, '');
    const travelled = await travelThroughKill(join(worker.folder, 'worker.ts'), ledger);
    return { ...travelled, done: ledger() };
  };
  try {
    const without = await travel(0);
    yield {
      holds: without.killed !== undefined,
      fact: without.killed
        ? `The Worker was killed after the first cancellation (pid ${without.killed}), and started again.`
        : `Nothing was cancelled: ${without.done.join(', ')}.`,
      hint: 'A failed Activity is an exception at the line that awaits it.',
    };
    if (!without.killed) return;
    yield {
      holds: without.done.join() === [...BOOKED, 'cancel hotel', 'cancel flight'].join(),
      fact: `Without a car: ${without.done.join(', ')}; what was booked last should be cancelled first, each once.`,
    };
    yield {
      holds: without.outcome.reason?.includes('There is no car left.') ?? false,
      fact: `It ended: ${without.outcome.reason ?? without.outcome.greeting}; it should fail, because there is no car left.`,
      hint: 'When all is undone, throw what you have caught.',
    };
    const withCar = await travel(1);
    yield {
      holds: withCar.done.join() === [...BOOKED, 'book car'].join() && withCar.outcome.greeting !== undefined,
      fact: `With a car: ${withCar.done.join(', ')}; ${withCar.outcome.greeting ?? withCar.outcome.reason}`,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
    delete process.env.TRIPS;
    delete process.env.CARS;
  }
}

interface Travelled {
  outcome: ExerciseOutcome;
  /** The pid of the Worker that was killed; undefined if nothing was cancelled. */
  killed?: number;
}

/** Kills the Worker as soon as something has been cancelled, while the next cancellation is under way. */
async function travelThroughKill(file: string, ledger: () => string[]): Promise<Travelled> {
  return withClient(async (client) => {
    const first = await startOwnWorker(file);
    const workers = [first];
    try {
      const handle = await client.workflow.start('greet', {
        taskQueue: TASK_QUEUE,
        workflowId: TASK_QUEUE,
        workflowIdConflictPolicy: 'TERMINATE_EXISTING',
        args: ['Ziggy'],
      });
      const ended = outcomeOf(client, handle, DONE_WITHIN_MS);
      const isCancelling = await untilCancelled(ledger, ended);
      if (!isCancelling) return { outcome: await ended };
      await first.kill();
      workers.push(await startOwnWorker(file));
      return { outcome: await ended, killed: first.pid };
    } finally {
      await Promise.all(workers.map((worker) => worker.kill()));
    }
  });
}

async function untilCancelled(ledger: () => string[], ended: Promise<unknown>): Promise<boolean> {
  let isOver = false;
  void ended.then(() => {
    isOver = true;
  });
  const isCancelling = () => ledger().some((line) => line.startsWith('cancel'));
  while (!isOver && !isCancelling()) await delay(LOOK_INTERVAL_MS);
  return !isOver && isCancelling();
}
