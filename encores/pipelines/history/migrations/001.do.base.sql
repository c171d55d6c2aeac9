-- Definitions, their runs, and the steps of each run.
create table workflow_definitions (
  name text not null,
  version integer not null,
  definition jsonb not null,
  primary key (name, version)
);
create table workflow_runs (
  id text primary key,
  definition_name text not null,
  definition_version integer not null,
  status text not null,
  input jsonb not null,
  output jsonb,
  error text,
  correlation_id text,
  parent_run_id text,
  started_at timestamptz not null,
  ended_at timestamptz
);
create index workflow_runs_by_start on workflow_runs (started_at);
create table step_executions (
  run_id text not null references workflow_runs (id) on delete cascade,
  step_id text not null,
  reference text not null,
  name text not null,
  step_type text not null,
  status text not null,
  execution_order integer not null,
  attempts integer not null,
  input jsonb not null,
  output jsonb not null,
  error text,
  started_at timestamptz not null,
  ended_at timestamptz,
  primary key (run_id, step_id)
);
