// A greeting with 0 s from the form to the page, beside the same Workflow started by the SDK's client alone.
import { performance } from 'node:perf_hooks';
import { TASK_QUEUE } from '../../../hello-ip/greeting.ts';
import { greet, openPage, withClient } from '../greetings.ts';
import { withKit } from '../kits.ts';
import type { Row } from '../names.ts';

const RUNS = 20;

export const row: Row = {
  name: 'greeting',
  async measure(say) {
    const [ours, floor]: [number[], number[]] = [[], []];
    await withKit((kit) =>
      withClient(kit, async (client) => {
        for (let run = 0; run < RUNS; run += 1) {
          const begun = performance.now();
          const workflowId = `floor-${run}`;
          const args: [object] = [{ name: 'Ziggy', seconds: 0 }];
          await client.workflow.execute('getAddressFromIP', { taskQueue: TASK_QUEUE, workflowId, args });
          floor.push(performance.now() - begun);
          const posted = Date.now();
          const page = openPage((await greet(kit, client, 0)).page);
          ours.push((await page.showed('Hello, ')) - posted);
          page.close();
          if (ours.length % 5 === 0) say(`${ours.length} of ${RUNS} greetings`);
        }
      }),
    );
    const what = 'Greeting with 0 s: from the form to the greeting on the page';
    return [{ what, unit: 'ms', runs: ours, of: 'median', floor, most: { times: 1.3, plus: 300 } }];
  },
};
