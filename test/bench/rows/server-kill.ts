// Recovery of a greeting, and of its open page, after the Temporal Service was killed for a while.
import { setTimeout as delay } from 'node:timers/promises';
import type { Figure } from '../figures.ts';
import { greet, openPage, withClient } from '../greetings.ts';
import { sideBySide } from '../kits.ts';
import type { Row } from '../names.ts';

const RUNS = 5;
const OUTAGES = [3, 8, 15, 23, 30]; // seconds

export const row: Row = {
  name: 'server-kill',
  async measure(print) {
    const figures: Figure[] = [];
    for (const seconds of OUTAGES) {
      const runs = await sideBySide(RUNS, (kit) =>
        withClient(kit, async (client) => {
          const greeting = await greet(kit, client, 2);
          await greeting.event('timerStarted');
          const page = openPage(greeting.page);
          await page.showed('Sleeping');
          await kit.kill('server');
          await delay(seconds * 1000);
          await kit.start('server');
          const serves = Date.now();
          const showed = (await page.showed('Hello, ')) - serves;
          const closed = (await greeting.event('workflowExecutionCompleted')) - serves;
          page.close();
          print(
            `away for ${seconds} s: greeted after ${Math.round(closed)} ms, on the page after ${showed} ms`,
          );
          return { closed, showed };
        }),
      );
      const what = `Temporal Service killed for ${seconds} s: from serving again to`;
      const greeted = runs.map(({ closed }) => closed);
      const shown = runs.map(({ showed }) => showed);
      figures.push(
        { what: `${what} greeted`, unit: 'ms', runs: greeted, of: 'max', most: { plus: 1500 } },
        { what: `${what} the open page`, unit: 'ms', runs: shown, of: 'max', most: { plus: 2000 } },
      );
    }
    return figures;
  },
};
