// From the spawn of a Worker to its first Workflow Task completed, beside a bare SDK Worker.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { workflowBundle } from '../../../stage/bundle.ts';
import { ROOT } from '../../../stage/settings.ts';
import type { Kit } from '../../kit.ts';
import { follow, greet, withClient } from '../greetings.ts';
import { withKit } from '../kits.ts';
import type { Row } from '../names.ts';

const RUNS = 7;
const BARE = join(ROOT, 'test', 'bench', 'bare');

export const row: Row = {
  name: 'worker-start',
  async measure(say) {
    const folder = mkdtempSync(join(tmpdir(), 'bench '));
    const bundle = await workflowBundle(folder, join(BARE, 'workflow.ts'));
    const [ours, floor]: [number[], number[]] = [[], []];
    await withKit(async (kit) => {
      await kit.kill('worker');
      for (let run = 0; run < RUNS; run += 1) {
        floor.push(await startBare(kit, bundle, run));
        ours.push(await startOurs(kit));
        say(`ours ${ours.at(-1)} ms, bare ${floor.at(-1)} ms`);
      }
    });
    rmSync(folder, { recursive: true });
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
    await client.workflow.start('bare', { taskQueue: 'bare', workflowId, args: [] });
    const spawned = Date.now();
    const words = [join(BARE, 'worker.mjs'), `127.0.0.1:${kit.ports.server}`, bundle];
    const worker = spawn(process.execPath, words, { cwd: ROOT, stdio: 'ignore' });
    const done = await follow(client, workflowId).event('workflowTaskCompleted');
    worker.kill('SIGKILL');
    return Math.round(done - spawned);
  });
}
