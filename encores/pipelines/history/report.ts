// What the history says about all runs: how long they took, and how often their steps succeed.
import type { Database } from './database.ts';

export interface Report {
  /** Times in seconds, of runs that have ended; shares from 0 to 1. */
  definitions: {
    name: string;
    runs: number;
    completed: number;
    median: number | null;
    slowest: number | null;
  }[];
  types: { type: string; steps: number; succeeded: number }[];
  /** Of the steps in a branch of a fork or in a parallel loop; null without any. */
  parallel: { steps: number; succeeded: number | null };
  /** Without those that only wait for others. */
  slowest: { run: string; step: string; type: string; seconds: number }[];
}

const SUCCEEDED = `avg((status in ('COMPLETED', 'COMPLETED_WITH_ERRORS'))::int)::float`;
const SECONDS = 'extract(epoch from ended_at - started_at)';

export async function reportOf({ query }: Database): Promise<Report> {
  const [parallel] = await query<Report['parallel']>(
    `select count(*)::int as steps, ${SUCCEEDED.replace('status', 'step.status')} as succeeded
     from step_executions step join step_executions parent
       on parent.run_id = step.run_id and parent.step_id = step.parent_step_id
     where step.ended_at is not null
       and (parent.step_type like 'FORK_JOIN%' or parent.loop_execution_mode = 'parallel')`,
  );
  return {
    definitions: await query(
      `select definition_name as name, count(*)::int as runs, avg((status = 'COMPLETED')::int)::float as completed,
         (percentile_cont(0.5) within group (order by ${SECONDS}))::float as median, max(${SECONDS})::float as slowest
       from workflow_runs group by definition_name order by definition_name`,
    ),
    types: await query(
      `select step_type as type, count(*)::int as steps, ${SUCCEEDED} as succeeded
       from step_executions where ended_at is not null group by step_type order by step_type`,
    ),
    parallel: parallel ?? { steps: 0, succeeded: null },
    slowest: await query(
      `select run_id as run, step_id as step, step_type as type, ${SECONDS}::float as seconds
       from step_executions
       where ended_at is not null and step_type not in ('DO_WHILE', 'JOIN', 'SUB_WORKFLOW')
       order by seconds desc, run, step limit 10`,
    ),
  };
}

/** As aligned lines. */
export function linesOfReport({ definitions, types, parallel, slowest }: Report): string[] {
  if (definitions.length === 0)
    return ['No run is in the history yet. Start one: npm run pipelines run pipeline'];
  return [
    ...table(
      ['Definition', 'runs', 'completed', 'median', 'slowest'],
      definitions.map((each) => [
        ...[each.name, String(each.runs), percent(each.completed)],
        ...[seconds(each.median), seconds(each.slowest)],
      ]),
    ),
    '',
    ...table(
      ['Step type', 'steps', 'succeeded'],
      [
        ...types.map(({ type, steps, succeeded }) => [type, String(steps), percent(succeeded)]),
        ['in parallel', String(parallel.steps), percent(parallel.succeeded)],
      ],
    ),
    '',
    ...table(
      ['Slowest steps', 'type', 'took'],
      slowest.map(({ run, step, type, seconds: took }) => [`${run}/${step}`, type, seconds(took)]),
    ),
  ];
}

function table(head: string[], rows: string[][]): string[] {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)));
  return [head, ...rows].map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  '),
  );
}

const percent = (share: number | null) => (share === null ? '-' : `${(share * 100).toFixed(0)} %`);
const seconds = (value: number | null) => (value === null ? '-' : `${value.toFixed(1)} s`);
