// Bundles the bare Workflows, and starts the bare Worker that runs them.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { workflowBundle } from '../../../stage/processes/bundle.ts';
import { ROOT } from '../../../stage/settings.ts';
import type { Kit } from '../../support/kit.ts';

const BARE = join(ROOT, 'test', 'bench', 'bare');

/** The Task Queue that the bare Worker polls. */
export const BARE_TASK_QUEUE = 'bare';

/** Lets `work` use the path of the bare Workflows' bundle. */
export async function withBareBundle<T>(work: (bundle: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'bench '));
  try {
    return await work(await workflowBundle(folder, join(BARE, 'workflow.ts')));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Starts the bare Worker; end it with SIGKILL. */
export function spawnBareWorker({ ports }: Pick<Kit, 'ports'>, bundle: string): ChildProcess {
  const words = [join(BARE, 'worker.mjs'), `127.0.0.1:${ports.server}`, bundle];
  return spawn(process.execPath, words, { cwd: ROOT, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
}
