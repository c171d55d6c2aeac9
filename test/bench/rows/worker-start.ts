// From the spawn of a Worker to its first Workflow Task completed, beside a bare SDK Worker.
import type { Kit } from '../../support/kit.ts';
import { BARE_TASK_QUEUE, spawnBareWorker, withBareBundle } from '../bare/bare.ts';
import { follow, greet, withClient } from '../greetings.ts';
import { withKit } from '../kits.ts';
import type { Row } from '../names.ts';

const RUNS = 7;

export const row: Row = {
  name: 'worker-start',
  async measure(print) {
    const [ours, floor]: [number[], number[]] = [[], []];
    await withBareBundle((bundle) =>
      withKit(async (kit) => {
        await kit.kill('worker');
        for (let run = 0; run < RUNS; run += 1) {
          floor.push(await startBare(kit, bundle, run));
          ours.push(await startOurs(kit));
          print(`ours ${ours.at(-1)} ms, bare ${floor.at(-1)} ms`);
        }
      }),
    );
    const what = 'Worker: spawned to first Workflow Task completed';
    return [{ what, unit: 'ms', runs: ours, of: 'median', floor, most: { times: 1.2 } }];
  },
};

async function startOurs(kit: Kit): Promise<number> {
  return withClient(kit, async (client) => {
    const greeting = await greet(kit, client, 0);
    const spawned = Date.now();
    const ready = kit.start('worker');
    const took = (await greeting.event('workflowTaskCompleted')) - spawned;
    await ready;
    await greeting.event('workflowExecutionCompleted');
    await kit.kill('worker');
    return Math.round(took);
  });
}

async function startBare(kit: Kit, bundle: string, run: number): Promise<number> {
  return withClient(kit, async (client) => {
    const workflowId = `bare-${run}`;
    await client.workflow.start('bare', { taskQueue: BARE_TASK_QUEUE, workflowId, args: [] });
    const spawned = Date.now();
    const worker = spawnBareWorker(kit, bundle);
    const done = await follow(client, workflowId).event('workflowTaskCompleted');
    worker.kill('SIGKILL');
    return Math.round(done - spawned);
  });
}
