// Recovery of a greeting after the network was cut: constant, however long the cut lasted.
import { setTimeout as delay } from 'node:timers/promises';
import type { Figure } from '../figures.ts';
import { greet, untilRetrying, withClient } from '../greetings.ts';
import { sideBySide } from '../kits.ts';
import type { Row } from '../names.ts';

const RUNS = 5;
const OUTAGES = [5, 15, 40]; // seconds
/** How it is cut, and the most milliseconds that may pass until the greeting comes. */
const CUTS = { cut: 3000, 'cut silently': 6000 };

export const row: Row = {
  name: 'cut',
  async measure(print) {
    const figures: Figure[] = [];
    for (const [order, most] of Object.entries(CUTS))
      for (const seconds of OUTAGES) {
        const runs = await sideBySide(RUNS, (kit) =>
          withClient(kit, async (client) => {
            await kit.ask('network', { do: order });
            const greeting = await greet(kit, client, 0);
            const begun = Date.now();
            await untilRetrying(client, greeting);
            await delay(begun + seconds * 1000 - Date.now());
            await kit.ask('network', { do: 'restore' });
            const restored = Date.now();
            const ms = (await greeting.event('workflowExecutionCompleted')) - restored;
            print(`${order} for ${seconds} s: greeted after ${Math.round(ms)} ms`);
            return ms;
          }),
        );
        const what = `Network ${order} for ${seconds} s: from restored to greeted`;
        figures.push({ what, unit: 'ms', runs, of: 'max', most: { plus: most } });
      }
    return figures;
  },
};
