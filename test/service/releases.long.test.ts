// A release on a real Temporal Service and a real platform: how it ends, and that each app is deployed once whoever is killed.
import { createServer } from 'node:http';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import getPort from 'get-port';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TASK_QUEUE } from '../../encores/releases/deployment.ts';
import { type Plan, readPlan, wavesOf } from '../../encores/releases/plan.ts';
import type { Summary, TreeNode } from '../../encores/releases/tree.ts';
import { cleanUp, newFolder, type Program, run, runEncoreWorker, until } from '../support/harness.ts';
import { startService } from '../support/service.ts';

const FOUR_APPS = wavesOf({ waves: 2, clusters: 1, bundles: 1, apps: 2 });
const [FIRST, SECOND] = ['app:cluster-1-1-bundle-app-1', 'app:cluster-1-1-bundle-app-2'] as const;
const DONE = { provision: 1, traffic: 1, verify: 1 };

let service: TestWorkflowEnvironment;
let platform: Program;
let worker: Program;
let options: { env: NodeJS.ProcessEnv; folder: string };

beforeAll(async () => {
  service = await startService();
  const port = await getPort({ host: '127.0.0.1', reserve: true });
  const env = { TEMPORAL_ADDRESS: service.address, PLATFORM_PORT: String(port) };
  options = { env, folder: newFolder() };
  [platform, worker] = await Promise.all([startPlatform(), startWorker()]);
});
afterAll(async () => {
  await cleanUp();
  await service?.teardown();
});

async function startPlatform(): Promise<Program> {
  const program = await run('encores/platform/server.ts', [], options);
  await program.untilSaid('Platform ready');
  return program;
}

const startWorker = () => runEncoreWorker('releases', options);

/** Starts a release of four apps. */
async function start(id: string, seconds: number, scenario?: Plan['scenario']) {
  const plan = readPlan({ id, appDeployTime: seconds, waves: FOUR_APPS, scenario });
  const handle = await service.client.workflow.start('release', {
    taskQueue: TASK_QUEUE,
    workflowId: `release-${id}`,
    args: [plan],
  });
  return {
    handle,
    summary: () => handle.query<Summary>('getReleaseState'),
    status: async () => (await handle.describe()).status.name,
  };
}

/** What the platform has really done for a release, by app. */
async function deployed(release: string): Promise<Record<string, unknown>> {
  const all = await (await fetch(`http://127.0.0.1:${options.env.PLATFORM_PORT}/deployments`)).json();
  const own = (all as { release: string; app: string }[]).filter((done) => done.release === release);
  return Object.fromEntries(own.map(({ release, app, ...counts }) => [app, counts]));
}

// Side by side: they kill nothing, and most of the time each waits for its Timers.
describe.concurrent('with everything up', () => {
  it('completes, and answers both Queries also afterwards', async () => {
    const { handle, summary, status } = await start('whole', 0.3);
    const tree: TreeNode = await handle.result();
    expect(tree).toMatchObject({ kind: 'release', state: 'completed' });
    expect(await handle.query('getHierarchy')).toEqual(tree);
    expect(await summary()).toMatchObject({ id: 'whole', state: 'completed', apps: { running: 4 } });
    expect(await status()).toBe('COMPLETED');
    expect(Object.values(await deployed('whole'))).toEqual(Array(4).fill(DONE));
  });

  it('fails with the app that the platform refuses; what ran runs on, what was to come is never started', async () => {
    const { handle, summary, status } = await start('refused', 0.3, { kind: 'app_failure', app: SECOND });
    const error = `App deployment failed: ${SECOND} - Simulated failure scenario`;
    await expect(handle.result()).rejects.toMatchObject({ cause: { message: error } });
    expect(await summary()).toMatchObject({
      state: 'failed',
      error,
      apps: { running: 1, failed: 1, pending: 2 },
    });
    expect(await status()).toBe('FAILED');
    expect(await deployed('refused')).toEqual({ [FIRST]: DONE, [SECOND]: { ...DONE, verify: 0 } });
  });

  it.each(['Signal', 'request of the Web UI'])(
    'cancelled by a %s, it finishes the app at hand and ends as Canceled',
    async (how) => {
      const id = `cancelled-${how.length}`;
      const { handle, summary, status } = await start(id, 3);
      await until(async () => FIRST in (await deployed(id)));
      if (how === 'Signal') await handle.signal('cancelRelease');
      else await handle.cancel();
      await expect(handle.result()).rejects.toThrow('Workflow execution cancelled');
      expect(await status()).toBe('CANCELLED');
      expect(await summary()).toMatchObject({
        state: 'cancelled',
        error: 'Release cancelled by user',
        apps: { running: 1, cancelled: 3 },
      });
      expect(await deployed(id)).toEqual({ [FIRST]: DONE });
    },
  );
});

it('goes on at the same step when its Worker and then the platform are killed, and nothing is deployed twice', async () => {
  const { handle } = await start('killed', 3);
  await until(async () => ((await deployed('killed'))[FIRST] as typeof DONE | undefined)?.traffic === 1);
  await worker.leave('SIGKILL');
  worker = await startWorker();
  await until(async () => SECOND in (await deployed('killed')), 20_000);
  await platform.leave('SIGKILL');
  platform = await startPlatform();
  expect(await handle.result()).toMatchObject({ state: 'completed' });
  expect(Object.values(await deployed('killed'))).toEqual(Array(4).fill(DONE));
});

it('asks again when the platform answers with something else than JSON, and when it never answers', async () => {
  await platform.leave('SIGKILL');
  let asked = 0;
  const odd = createServer((_request, response) => {
    asked += 1;
    if (asked === 1) response.end('<html>');
  });
  odd.listen(Number(options.env.PLATFORM_PORT), '127.0.0.1');
  const { handle } = await start('odd', 0.3);
  const failure = async () => (await handle.describe()).raw.pendingActivities?.[0]?.lastFailure?.message;
  await until(async () => (await failure())?.includes('something else than JSON') === true);
  await until(async () => (await failure()) === 'The platform did not answer within 4 s.', 20_000);
  odd.closeAllConnections();
  odd.close();
  platform = await startPlatform();
  expect(await handle.result()).toMatchObject({ state: 'completed' });
  expect(Object.values(await deployed('odd'))).toEqual(Array(4).fill(DONE));
});
