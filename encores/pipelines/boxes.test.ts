// A run as boxes: in the terminal, on the page and in the history it is the same tree, and each task is in its place.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { read, runInProcess } from '../../test/support/pipeline-host.ts';
import { allBoxes, boxesOf, shownLanes } from './boxes.ts';
import type { RunTree } from './follow.ts';
import { rowsOf } from './history/rows.ts';
import type { JsonObject } from './json.ts';
import { seenOf } from './run.ts';
import { linesOfBoxes } from './tree-text.ts';

const demo = (name: string) =>
  JSON.parse(
    readFileSync(new URL(`./definitions/${name}.json`, import.meta.url), 'utf8').replaceAll(
      '__WORKER_BASE_URL__',
      'http://mock',
    ),
  );

/** Runs it in this process, without its sub-workflows' own trees. */
async function treeOf(name: string, input: JsonObject = {}, answers = {}): Promise<RunTree> {
  const definitions = { deploy_simple_v1: demo('deploy_simple_v1') };
  const { run } = await runInProcess({ definition: demo(name), definitions, input, answers });
  const none = { atHand: new Map(), children: new Map() };
  return {
    ...seenOf(run),
    given: run.given,
    ...{ workflowId: 'run', runId: '1', startedAt: 0, endedAt: 1 },
    ...none,
  };
}

const WAVES = {
  waves: [{ deployments: [{ app: 'svc-a' }, { app: 'svc-b' }] }, { deployments: [{ app: 'svc-c' }] }],
};

it('draws the waves with their branches by name, and the way that was taken', async () => {
  const lines = linesOfBoxes(boxesOf(await treeOf('pipeline_simple_v1', WAVES)));
  expect(lines.map((line) => line.replace(/ \d+\.\d s$/, ''))).toEqual([
    '├── ✔ announce LOG done',
    '└── ✔ waves LOOP 2 of 2 done',
    '    ├── 1',
    '    │   ├── ✔ deploy_wave FORK done',
    '    │   │   ├── ✔ svc-a SUB-WORKFLOW done',
    '    │   │   └── ✔ svc-b SUB-WORKFLOW done',
    '    │   ├── ✔ wave_done JOIN done',
    '    │   ├── ✔ judge INLINE done',
    '    │   └── ✔ next_wave SWITCH done',
    '    │       └── default',
    '    │           └── ✔ wave_over LOG done',
    '    └── 2',
    '        ├── ✔ deploy_wave FORK done',
    '        │   └── ✔ svc-c SUB-WORKFLOW done',
    '        ├── ✔ wave_done JOIN done',
    '        ├── ✔ judge INLINE done',
    '        └── ✔ next_wave SWITCH done',
    '            └── default',
    '                └── ✔ wave_over LOG done',
  ]);
});

it('stops after a wave that failed, and says why where it went wrong', async () => {
  const answers = { verify: [422] };
  const run = await treeOf('pipeline_simple_v1', WAVES, answers);
  expect(run.outcome).toMatchObject({ status: 'FAILED', reason: 'Wave 1 failed: _deploy_wave_0__1: 422' });
  const states = Object.fromEntries(allBoxes(boxesOf(run)).map(({ id, word }) => [id, word]));
  expect(states).toMatchObject({
    deploy_wave__1: '2 failed',
    wave_done__1: 'done with errors',
    stop__1: 'done',
  });
  expect(states).not.toHaveProperty('deploy_wave__2');
});

it('goes on after it with continueOnFailure', async () => {
  const run = await treeOf('pipeline_simple_v1', { ...WAVES, continueOnFailure: true }, { verify: [422] });
  expect(run.outcome).toEqual({ status: 'COMPLETED', output: { waves: 2 } });
});

it('draws a definition before it runs, with what each branch will be', async () => {
  const definition = await read(demo('pipeline_simple_v1'));
  const deploy = await read(demo('deploy_simple_v1'));
  const boxes = allBoxes(boxesOf({ given: { definition, definitions: { deploy_simple_v1: deploy } } }));
  expect(boxes.map(({ title }) => title)).toEqual([
    ...['announce', 'waves', 'deploy_wave', 'deploy_simple_v1'],
    ...['announce', 'settle', 'provision', 'traffic', 'verify', 'done'],
    ...['wave_done', 'judge', 'next_wave', 'stop', 'wave_over'],
  ]);
  expect(new Set(boxes.map(({ word }) => word))).toEqual(new Set(['waiting']));
});

it('shows the last iterations of a long loop only', async () => {
  const run = await treeOf('loop_v1', { shares: Array.from({ length: 40 }, (_, index) => index) });
  const [loop] = boxesOf(run);
  expect(loop?.lanes).toHaveLength(40);
  expect(shownLanes(loop as NonNullable<typeof loop>).map(({ title }) => title)).toEqual(
    Array.from({ length: 10 }, (_, index) => String(index + 31)),
  );
});

it('becomes rows that say where each step was, what was decided, and how far the loop went', async () => {
  const { run, steps } = rowsOf(await treeOf('pipeline_simple_v1', WAVES));
  expect(run).toMatchObject({ id: 'run', definition_name: 'pipeline_simple_v1', status: 'COMPLETED' });
  const row = (id: string) => steps.find(({ step_id }) => step_id === id);
  expect(row('waves')).toMatchObject({
    ...{ parent_step_id: null, loop_collection_size: 2, loop_execution_mode: 'sequential' },
    loop_iteration_index: null,
  });
  expect(row('_deploy_wave_0__2')).toMatchObject({
    parent_step_id: 'deploy_wave__2',
    loop_iteration_index: 1,
  });
  expect(row('next_wave__1')).toMatchObject({
    ...{ condition_expression: 'next', condition_result: 'go on', branch_taken: 'default' },
    parent_step_id: 'waves',
  });
  expect(row('wave_over__1')).toMatchObject({ parent_step_id: 'next_wave__1' });
  expect(steps.map(({ execution_order }) => execution_order)).toEqual(steps.map((_, index) => index + 1));
});
