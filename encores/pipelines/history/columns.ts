// The tables of the history, by the names and types of their columns at the newest version of the schema.

/** Types are PostgreSQL's; the first columns are the key. */
export const TABLES = {
  workflow_definitions: {
    key: ['name', 'version'],
    columns: { name: 'text', version: 'integer', definition: 'jsonb' },
  },
  workflow_runs: {
    key: ['id'],
    columns: {
      ...{ id: 'text', definition_name: 'text', definition_version: 'integer', status: 'text' },
      ...{ input: 'jsonb', output: 'jsonb', error: 'text', correlation_id: 'text', parent_run_id: 'text' },
      ...{ started_at: 'timestamptz', ended_at: 'timestamptz' },
    },
  },
  step_executions: {
    key: ['run_id', 'step_id'],
    columns: {
      ...{ run_id: 'text', step_id: 'text', reference: 'text', name: 'text', step_type: 'text' },
      ...{ status: 'text', execution_order: 'integer', attempts: 'integer', input: 'jsonb', output: 'jsonb' },
      ...{ error: 'text', started_at: 'timestamptz', ended_at: 'timestamptz', parent_step_id: 'text' },
      ...{ condition_expression: 'text', condition_result: 'text', branch_taken: 'text' },
      ...{ loop_collection_size: 'integer', loop_iteration_index: 'integer' },
      loop_execution_mode: 'text',
    },
  },
} as const satisfies Record<string, { key: string[]; columns: Record<string, string> }>;

export type Table = keyof typeof TABLES;

export const INDEXES = [
  'workflow_runs_by_start',
  'step_executions_by_parent',
  'step_executions_by_iteration',
];
