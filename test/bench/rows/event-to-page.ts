// From an event in the Event History to the changed page in the browser.

import { greet, openPage, withClient } from '../greetings.ts';
import { withKit } from '../kits.ts';
import type { Row } from '../names.ts';

const GREETINGS = 60;

export const row: Row = {
  name: 'event-to-page',
  async measure(print) {
    const runs = await withKit((kit) =>
      withClient(kit, async (client) => {
        const samples: number[] = [];
        for (let number = 0; number < GREETINGS; number += 1) {
          const greeting = await greet(kit, client, 1);
          const page = openPage(greeting.page);
          const showed = await page.showed('Hello, ');
          samples.push(showed - (await greeting.event('workflowExecutionCompleted')));
          page.close();
          if (samples.length % 20 === 0) print(`${samples.length} of ${GREETINGS} greetings`);
        }
        return samples;
      }),
    );
    const what = 'From the event in the Event History to the page';
    return [{ what, unit: 'ms', runs, of: 'p95', most: { plus: 300 } }];
  },
};
