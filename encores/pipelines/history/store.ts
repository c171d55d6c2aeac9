// Writes rows of the history, and reads them.
import { TABLES, type Table } from './columns.ts';
import type { Database, Session } from './database.ts';
import type { Rows, RunRow, StepRow } from './rows.ts';

/**
 * Writes a run as it is now, whole or not at all. It may be written again, and an older state never replaces a newer one: what
 * has ended has ended.
 */
export async function record(database: Database, { definition, run, steps }: Rows): Promise<void> {
  await database.transaction(async (session) => {
    await upsert(session, 'workflow_definitions', [definition]);
    await upsert(session, 'workflow_runs', [run], 'ended_at');
    await upsert(session, 'step_executions', steps, 'ended_at');
  });
}

/** @param final the column that says that a row will not change any more */
async function upsert(
  { query }: Session,
  table: Table,
  rows: readonly object[],
  final?: string,
): Promise<void> {
  const { columns, key } = TABLES[table];
  const names = Object.keys(columns);
  const typed = Object.entries(columns).map(([name, type]) => `${name} ${type}`);
  const changes = names.filter((name) => !(key as readonly string[]).includes(name));
  const set = changes.map((name) => `${name} = excluded.${name}`);
  const where = final ? ` where ${table}.${final} is null or excluded.${final} is not null` : '';
  await query(
    `insert into ${table} (${names}) select ${names} from jsonb_to_recordset($1::jsonb) as r(${typed})
     on conflict (${key}) do update set ${set}${where}`,
    [JSON.stringify(rows)],
  );
}

/** A run with its steps in order; undefined if there is none. */
export async function readRun(
  { query }: Database,
  id: string,
): Promise<{ run: RunRow; steps: StepRow[] } | undefined> {
  const [run] = await query<RunRow>('select * from workflow_runs where id = $1', [id]);
  if (!run) return undefined;
  const steps = await query<StepRow>(
    'select * from step_executions where run_id = $1 order by execution_order',
    [id],
  );
  return { run, steps };
}

/** Forgets all runs and definitions. */
export async function forgetAll({ transaction }: Database): Promise<void> {
  await transaction(async ({ exec }) => exec('delete from workflow_runs; delete from workflow_definitions;'));
}
