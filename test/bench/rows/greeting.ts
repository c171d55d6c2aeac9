// A greeting with 0 s from the form to the page, beside a bare Workflow that does the same two lookups.
import { performance } from 'node:perf_hooks';
import type { Client } from '@temporalio/client';
import type { Kit } from '../../support/kit.ts';
import { BARE_TASK_QUEUE, spawnBareWorker, withBareBundle } from '../bare/bare.ts';
import { greet, openPage, withClient } from '../greetings.ts';
import { withKit } from '../kits.ts';
import type { Row } from '../names.ts';

const RUNS = 20;

export const row: Row = {
  name: 'greeting',
  async measure(print) {
    const [ours, floor]: [number[], number[]] = [[], []];
    await withBareBundle((bundle) =>
      withKit((kit) =>
        withClient(kit, async (client) => {
          const worker = spawnBareWorker(kit, bundle);
          await greetBare(client, 'warm-up'); // its Worker is up, and the lookups have a connection
          for (let run = 0; run < RUNS; run += 1) {
            floor.push(await greetBare(client, `bare-${run}`));
            ours.push(await greetOurs(kit, client));
            if (ours.length % 5 === 0) print(`${ours.length} of ${RUNS} greetings`);
          }
          worker.kill('SIGKILL');
        }),
      ),
    );
    const what = 'Greeting with 0 s: from the form to the greeting on the page';
    return [{ what, unit: 'ms', runs: ours, of: 'median', floor, most: { times: 1.3, plus: 100 } }];
  },
};

async function greetOurs(kit: Kit, client: Client): Promise<number> {
  const posted = Date.now();
  const page = openPage((await greet(kit, client, 0)).page);
  const took = (await page.showed('Hello, ')) - posted;
  page.close();
  return took;
}

async function greetBare(client: Client, workflowId: string): Promise<number> {
  const begun = performance.now();
  await client.workflow.execute('bareGreeting', { taskQueue: BARE_TASK_QUEUE, workflowId, args: [] });
  return performance.now() - begun;
}
