// The pipelines: a step beside the same step written by hand, a wide fork, a script, the page, and the registry under load.
import type { Client } from '@temporalio/client';
import { startPipeline } from '../../../encores/pipelines/client.ts';
import { openRegistry, type Registry } from '../../../encores/pipelines/registry.ts';
import { evaluate } from '../../../encores/pipelines/scripts.ts';
import type { Kit } from '../../support/kit.ts';
import { BARE_TASK_QUEUE, spawnBareWorker, withBareBundle } from '../bare/bare.ts';
import type { Figure } from '../figures.ts';
import { openPage, withClient } from '../greetings.ts';
import { withKit } from '../kits.ts';
import type { Row } from '../names.ts';

const RUNS = 7;
const STEPS = 20;
const BRANCHES = 200;
const SCRIPTS = 200;
const PAGES = 40;
const CLIENTS = 50;
const REQUESTS = 20;

interface Given {
  kit: Kit;
  client: Client;
  registry: Registry;
  bundle: string;
  print(line: string): void;
}

export const row: Row = {
  name: 'pipelines',
  measure: (print) =>
    withBareBundle((bundle) =>
      withKit((kit) =>
        withClient(kit, async (client) => {
          for (const name of ['platform', 'pipelines', 'pipelines-page'] as const) await kit.start(name);
          const registry = openRegistry(`${kit.folder}/pipelines`);
          const given = { kit, client, registry, bundle, print };
          return [
            await steps(given),
            await fork(given),
            await scripts(),
            await page(given),
            await answers(given),
          ];
        }),
      ),
    ),
};

/** Starts it and waits; milliseconds. */
async function took({ client, registry }: Given, definition: object): Promise<number> {
  const { findings } = await registry.register(definition);
  if (findings) throw new Error(JSON.stringify(findings));
  const begun = performance.now();
  const id = await startPipeline(client, registry, { name: String((definition as { name: string }).name) });
  await client.workflow.getHandle(id).result();
  return Math.round(performance.now() - begun);
}

async function steps(given: Given): Promise<Figure> {
  const { kit, client, bundle, print } = given;
  const request = { uri: `http://127.0.0.1:${kit.ports.platform}/health`, method: 'GET' };
  const tasks = Array.from({ length: STEPS }, (_, index) => ({
    ...{ name: 'call', taskReferenceName: `call_${index}`, type: 'HTTP', inputParameters: request },
  }));
  const worker = spawnBareWorker(kit, bundle);
  const [runs, floor]: [number[], number[]] = [[], []];
  for (let run = 0; run < RUNS; run += 1) {
    const begun = performance.now();
    const options = { taskQueue: BARE_TASK_QUEUE, workflowId: `by-hand-${run}`, args: [request, STEPS] };
    await client.workflow.execute('byHand', options);
    floor.push(Math.round(performance.now() - begun));
    runs.push(await took(given, { name: 'steps', tasks }));
    print(`${STEPS} steps: ${runs.at(-1)} ms, by hand ${floor.at(-1)} ms`);
  }
  worker.kill('SIGKILL');
  // The first run of each finds its code cold.
  const warm = { runs: runs.slice(1), floor: floor.slice(1) };
  const what = `Pipeline of ${STEPS} HTTP tasks, beside the same Activities written by hand`;
  return { what, unit: 'ms', ...warm, of: 'median', most: { times: 1.3 } };
}

async function fork(given: Given): Promise<Figure> {
  const branches = Array.from({ length: BRANCHES }, (_, index) => [
    { name: 'b', taskReferenceName: `b_${index}`, type: 'LOG', inputParameters: { message: 'b' } },
  ]);
  const tasks = [
    { name: 'f', taskReferenceName: 'f', type: 'FORK_JOIN', forkTasks: branches },
    { name: 'j', taskReferenceName: 'j', type: 'JOIN', joinOn: branches.map((_, index) => `b_${index}`) },
  ];
  const runs: number[] = [];
  for (let run = 0; run < 3; run += 1) runs.push(await took(given, { name: 'wide', tasks }));
  given.print(`${BRANCHES} branches: ${runs.join(', ')} ms`);
  return {
    what: `Fork of ${BRANCHES} branches: from its start to joined`,
    unit: 'ms',
    runs,
    of: 'max',
    most: { plus: 20_000 },
  };
}

async function scripts(): Promise<Figure> {
  const runs: number[] = [];
  for (let run = 0; run < SCRIPTS; run += 1) {
    const begun = performance.now();
    await evaluate('$.value > 1 ? $.value : 1', { value: run });
    runs.push(performance.now() - begun);
  }
  return { what: 'Script in QuickJS, evaluated', unit: 'ms', runs, of: 'median', most: { plus: 10 } };
}

/** From the end of a run, as its Event History has it, to its open page. */
async function page({ kit, client, registry, print }: Given): Promise<Figure> {
  const runs: number[] = [];
  const tasks = [{ name: 'w', taskReferenceName: 'w', type: 'WAIT', inputParameters: { duration: '1s' } }];
  await registry.register({ name: 'short', tasks });
  for (let run = 0; run < PAGES; run += 1) {
    const id = await startPipeline(client, registry, { name: 'short' });
    const open = openPage(`http://127.0.0.1:${kit.ports.pipelines}/runs/${id}`);
    const showed = await open.showed('completed');
    const { closeTime } = await client.workflow.getHandle(id).describe();
    runs.push(showed - Number(closeTime));
    open.close();
  }
  print(`${PAGES} pages`);
  return {
    what: 'Pipeline: from the event in the Event History to the page',
    unit: 'ms',
    runs,
    of: 'p95',
    most: { plus: 300 },
  };
}

async function answers({ kit, print }: Given): Promise<Figure> {
  const url = `http://127.0.0.1:${kit.ports.pipelines}/api/metadata/workflow`;
  const runs: number[] = [];
  const ask = async () => {
    for (let request = 0; request < REQUESTS; request += 1) {
      const begun = performance.now();
      const answer = await fetch(url);
      await answer.text();
      if (!answer.ok) throw new Error(String(answer.status));
      runs.push(performance.now() - begun);
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, ask));
  print(`${runs.length} answers of the registry`);
  return {
    what: `Registry: an answer, with ${CLIENTS} clients at once`,
    unit: 'ms',
    runs,
    of: 'p95',
    most: { plus: 1000 },
  };
}
