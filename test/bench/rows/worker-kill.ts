// Recovery of a greeting whose Worker is killed in the Timer, and started again at once, before or after it fires.
import { setTimeout as delay } from 'node:timers/promises';
import type { Figure } from '../figures.ts';
import { greet, withClient } from '../greetings.ts';
import { sideBySide } from '../kits.ts';
import type { Row } from '../names.ts';

const RUNS = 5;
const TIMER_SECONDS = 4;
const WHEN = { 'at once': 0, 'before the Timer fires': 2000, 'after it has fired': 5000 };

export const row: Row = {
  name: 'worker-kill',
  async measure(print) {
    const figures: Figure[] = [];
    for (const [when, afterMs] of Object.entries(WHEN)) {
      const runs = await sideBySide(RUNS, (kit) =>
        withClient(kit, async (client) => {
          const greeting = await greet(kit, client, TIMER_SECONDS);
          await greeting.event('timerStarted');
          await kit.kill('worker');
          await delay(afterMs);
          const spawned = Date.now();
          await kit.start('worker');
          const closed = await greeting.event('workflowExecutionCompleted');
          const fired = await greeting.event('timerFired');
          const timedOut = await greeting.count('workflowTaskTimedOut');
          print(`started again ${when}: ${Math.round(closed - Math.max(fired, spawned))} ms`);
          return { ms: closed - Math.max(fired, spawned), timedOut };
        }),
      );
      const timedOut = runs.reduce((sum, run) => sum + run.timedOut, 0);
      figures.push({
        what: `Worker killed, started again ${when}: from Timer fired and Worker spawned to greeted`,
        unit: 'ms',
        runs: runs.map(({ ms }) => ms),
        of: 'median',
        most: { plus: timedOut === 0 ? 1000 : 0 },
        note: `${timedOut} Workflow Tasks timed out`,
      });
    }
    return figures;
  },
};
