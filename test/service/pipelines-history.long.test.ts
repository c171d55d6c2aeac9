// The history of the pipelines: its schema up and down with the data kept, on PGlite and on a real PostgreSQL; and no row is
// missing, whatever is killed.
import { join } from 'node:path';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startPipeline } from '../../encores/pipelines/client.ts';
import { createFollower } from '../../encores/pipelines/follow.ts';
import { type Database, openDatabase } from '../../encores/pipelines/history/database.ts';
import { openHistory } from '../../encores/pipelines/history/history.ts';
import { migrate, NEWEST, rollback, verify, versionOf } from '../../encores/pipelines/history/migrate.ts';
import { linesOfReport, reportOf } from '../../encores/pipelines/history/report.ts';
import { type Rows, type RunRow, rowsOf, type StepRow } from '../../encores/pipelines/history/rows.ts';
import { forgetAll, readRun, record } from '../../encores/pipelines/history/store.ts';
import { openRegistry } from '../../encores/pipelines/registry.ts';
import { installHistory } from '../../stage/encores/pipeline-history.ts';
import {
  cleanUp,
  freePorts,
  newFolder,
  type Program,
  run,
  runEncoreWorker,
  until,
} from '../support/harness.ts';
import { type Postgres, postgresPrograms, startPostgres } from '../support/postgres.ts';
import { startService } from '../support/service.ts';

const STARTED = new Date('2026-11-27T12:00:00.000Z');
const later = (seconds: number) => new Date(STARTED.getTime() + seconds * 1000);

function runRow(more: Partial<RunRow> = {}): RunRow {
  return {
    ...{
      id: 'r',
      definition_name: 'd',
      definition_version: 1,
      status: 'RUNNING',
      input: { a: 1 },
      output: null,
    },
    ...{ error: null, correlation_id: null, parent_run_id: null, started_at: STARTED, ended_at: null },
    ...more,
  };
}

function stepRow(step_id: string, more: Partial<StepRow> = {}): StepRow {
  return {
    ...{ run_id: 'r', step_id, reference: step_id, name: step_id, step_type: 'LOG', status: 'COMPLETED' },
    ...{ execution_order: 1, attempts: 1, input: {}, output: {}, error: null, started_at: STARTED },
    ...{ ended_at: later(1), parent_step_id: null, condition_expression: null, condition_result: null },
    ...{
      branch_taken: null,
      loop_collection_size: null,
      loop_iteration_index: null,
      loop_execution_mode: null,
    },
    ...more,
  };
}

const rows = (run: Partial<RunRow>, ...steps: StepRow[]): Rows => ({
  ...{ definition: { name: 'd', version: 1, definition: {} }, run: runRow(run), steps },
});

beforeAll(() => installHistory(console.log));
afterAll(cleanUp);

const kinds = postgresPrograms() || process.env.TEST_DATABASE_URL ? ['PGlite', 'PostgreSQL'] : ['PGlite'];

describe.each(kinds)('on %s', (kind) => {
  let postgres: Postgres | undefined;
  let database: Database;

  beforeAll(async () => {
    const url = process.env.TEST_DATABASE_URL;
    if (kind === 'PostgreSQL' && !url) postgres = await startPostgres();
    const env = kind === 'PGlite' ? {} : { DATABASE_URL: url ?? postgres?.url };
    database = await openDatabase(newFolder(), env);
    await rollback(database, 0);
  });
  beforeEach(async () => {
    await migrate(database);
    await forgetAll(database);
  });
  afterAll(async () => {
    await database?.close();
    await postgres?.stop();
  });

  it('goes back step by step and up again, and what an older version knows is kept', async () => {
    expect(database.kind).toBe(kind);
    await record(database, rows({}, stepRow('a', { parent_step_id: 'f' })));
    expect(await rollback(database, 1)).toEqual([
      'undo 004 loop',
      'undo 003 conditional',
      'undo 002 parallel',
    ]);
    expect(await verify(database)).toEqual([
      ...['parent_step_id', 'condition_expression', 'condition_result', 'branch_taken'].map(column),
      ...['loop_collection_size', 'loop_iteration_index', 'loop_execution_mode'].map(column),
      ...['index step_executions_by_parent', 'index step_executions_by_iteration'],
    ]);
    expect(await migrate(database)).toEqual(['do 002 parallel', 'do 003 conditional', 'do 004 loop']);
    expect(await migrate(database)).toEqual([]);
    expect(await verify(database)).toEqual([]);
    const found = await readRun(database, 'r');
    expect(found?.run).toMatchObject({ id: 'r', input: { a: 1 }, started_at: STARTED });
    expect(found?.steps).toMatchObject([{ step_id: 'a', parent_step_id: null, ended_at: later(1) }]);
  });

  it('names what is missing when somebody has dropped it', async () => {
    await database.exec(
      'alter table step_executions drop column branch_taken; drop index workflow_runs_by_start',
    );
    expect(await verify(database)).toEqual([
      'column step_executions.branch_taken',
      'index workflow_runs_by_start',
    ]);
    await database.exec('drop table step_executions');
    expect(await verify(database)).toContain('table step_executions');
    await database.exec(
      'drop table workflow_runs; drop table workflow_definitions; drop table schema_migrations',
    );
  });

  it('refuses a schema that is newer than this kit, a version that there is not, and leaves both alone', async () => {
    await database.query('insert into schema_migrations (version) values ($1)', [NEWEST + 1]);
    await expect(migrate(database)).rejects.toThrow(
      `schema version ${NEWEST + 1}, and this kit knows ${NEWEST}`,
    );
    expect(await versionOf(database)).toBe(NEWEST + 1);
    await database.query('delete from schema_migrations where version = $1', [NEWEST + 1]);
    await expect(rollback(database, NEWEST + 1)).rejects.toThrow(`Roll it back to one from 0 to ${NEWEST}.`);
  });

  it('refuses a migration that was edited after it had run', async () => {
    await database.query('update schema_migrations set md5 = $1 where version = 2', ['another']);
    await expect(migrate(database)).rejects.toThrow('A migration was edited after it had run');
    await database.query('delete from schema_migrations');
    await database.exec(
      'drop table step_executions; drop table workflow_runs; drop table workflow_definitions; drop table schema_migrations',
    );
  });

  it('two that migrate at once do it once', async () => {
    await rollback(database, 0);
    const done = await Promise.all([migrate(database), migrate(database)]);
    expect(done.map(({ length }) => length).toSorted()).toEqual([0, NEWEST]);
  });

  it('may be told the same again, and an older state never replaces the end', async () => {
    const ended = rows({ status: 'COMPLETED', ended_at: later(9), output: { x: 1 } }, stepRow('a'));
    const before = rows({}, stepRow('a', { status: 'IN_PROGRESS', ended_at: null }));
    for (const each of [before, ended, ended, before]) await record(database, each);
    const found = await readRun(database, 'r');
    expect(found?.run).toMatchObject({ status: 'COMPLETED', output: { x: 1 } });
    expect(found?.steps).toMatchObject([{ status: 'COMPLETED', ended_at: later(1) }]);
  });

  it('writes a run whole or not at all', async () => {
    await expect(record(database, rows({}, stepRow('a', { run_id: 'another' })))).rejects.toThrow(
      'foreign key',
    );
    expect(await readRun(database, 'r')).toBeUndefined();
  });

  it('reports run times, success by type, parallel steps, and the slowest', async () => {
    const fork = { parent_step_id: 'f' };
    await record(
      database,
      rows(
        { status: 'COMPLETED', ended_at: later(10) },
        stepRow('f', { step_type: 'FORK_JOIN' }),
        stepRow('b', { ...fork, step_type: 'HTTP', ended_at: later(4) }),
        stepRow('c', { ...fork, step_type: 'HTTP', status: 'FAILED', ended_at: later(2) }),
      ),
    );
    await record(database, rows({ id: 's', status: 'FAILED', ended_at: later(20) }));
    const report = await reportOf(database);
    expect(report).toMatchObject({
      definitions: [{ name: 'd', runs: 2, completed: 0.5, median: 15, slowest: 20 }],
      types: [
        { type: 'FORK_JOIN', steps: 1, succeeded: 1 },
        { type: 'HTTP', steps: 2, succeeded: 0.5 },
      ],
      parallel: { steps: 2, succeeded: 0.5 },
    });
    expect(report.slowest[0]).toEqual({ run: 'r', step: 'b', type: 'HTTP', seconds: 4 });
    expect(linesOfReport(report)).toContain('d              2       50 %  15.0 s   20.0 s');
  });
});

const column = (name: string) => `column step_executions.${name}`;

describe('the folder of PGlite', () => {
  it('has one owner; a second is told who has it, and one that is gone is no owner', async () => {
    const folder = newFolder();
    const writer = await run('test/support/history-writer.ts', [folder]);
    await writer.untilSaid('written 1.');
    await expect(openDatabase(folder, {})).rejects.toThrow(
      new RegExp(`in use by process ${writer.pid}. Stop it: npm run stage stop pipelines-page`),
    );
    await writer.leave('SIGKILL');
    await (await openDatabase(folder, {})).close();
  });

  it('loses nothing that it has acknowledged, when its owner is killed while it writes', async () => {
    const folder = newFolder();
    let acknowledged = 0;
    for (const untilSaid of ['written 5.', 'written 40.', 'written 90.']) {
      const writer = await run('test/support/history-writer.ts', [folder]);
      await writer.untilSaid(untilSaid);
      await writer.leave('SIGKILL');
      const said = [...writer.output().matchAll(/written (\d+)\./g)];
      acknowledged = Math.max(acknowledged, Number(said.at(-1)?.[1]));
    }
    const history = await openHistory(folder);
    const [found] = await history.query<{ count: number }>(
      'select count(*)::int as count from workflow_runs',
    );
    await history.close();
    expect(found?.count).toBeGreaterThanOrEqual(acknowledged);
  });
});

it('says which database does not answer, without its password', async () => {
  const opening = openDatabase(newFolder(), { DATABASE_URL: 'postgres://kit:secret@127.0.0.1:1/x' });
  await expect(opening).rejects.toThrow(
    /^The database 127\.0\.0\.1:1 cannot be used: .*unset it to use PGlite\.$/,
  );
  await expect(opening).rejects.not.toThrow('secret');
});

describe('with a Temporal Service', () => {
  let service: TestWorkflowEnvironment;
  let owner: Program;
  let options: Parameters<typeof run>[2];

  beforeAll(async () => {
    service = await startService();
    options = { env: { TEMPORAL_ADDRESS: service.address }, folder: newFolder(), ports: await freePorts() };
    owner = await startOwner();
    await runEncoreWorker('pipelines', options);
  });
  afterAll(async () => {
    await cleanUp();
    await service?.teardown();
  });

  async function startOwner(): Promise<Program> {
    const started = await run('encores/pipelines/web/server.ts', [], options);
    await started.untilSaid('Pipelines ready');
    return started;
  }

  it('50 pipelines at once, their owner killed twice: no row is missing, and each is what the Event History says', async () => {
    const registry = openRegistry(join(String(options?.folder), 'pipelines'));
    const child = { name: 'child', tasks: [waiting('w', '1s'), log('l')] };
    const parent = {
      name: 'parent',
      tasks: [
        { name: 's', taskReferenceName: 's', type: 'SUB_WORKFLOW', subWorkflowParam: { name: 'child' } },
        waiting('v', '2s'),
        log('m'),
      ],
    };
    for (const each of [child, parent]) expect(await registry.register(each)).toHaveProperty('value');
    const ids = await Promise.all(
      Array.from({ length: 50 }, () => startPipeline(service.client, registry, { name: 'parent' })),
    );
    for (let kill = 0; kill < 2; kill += 1) {
      await owner.leave('SIGKILL');
      owner = await startOwner();
    }
    const follower = createFollower(service.client);
    const address = `http://127.0.0.1:${owner.ports.PIPELINES_PORT}/api/v1/history`;
    const history = async (id: string) =>
      (await fetch(`${address}/${id}`)).json() as Promise<{ run?: RunRow; steps: StepRow[] }>;
    const all = ids.flatMap((id) => [id, `${id}.s`]);
    await until(async () => (await Promise.all(all.map(history))).every(({ run }) => run?.ended_at), 90_000);
    for (const id of all) {
      const told = await follower.find(id);
      expect.assert(told);
      const { run, steps } = JSON.parse(JSON.stringify(rowsOf(told)));
      expect(await history(id)).toEqual({ run, steps });
    }
    const before = await Promise.all(all.map(history));
    expect(await (await fetch(`${address}/rebuild`, { method: 'POST' })).json()).toEqual({ runs: 100 });
    expect(await Promise.all(all.map(history))).toEqual(before);
  });
});

const log = (ref: string) => ({
  ...{ name: ref, taskReferenceName: ref, type: 'LOG', inputParameters: { message: ref } },
});
const waiting = (ref: string, duration: string) => ({
  ...{ name: ref, taskReferenceName: ref, type: 'WAIT', inputParameters: { duration } },
});
