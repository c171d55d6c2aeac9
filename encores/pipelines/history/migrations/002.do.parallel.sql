-- The fork, loop or switch that a step is inside of.
alter table step_executions add column parent_step_id text;
create index step_executions_by_parent on step_executions (run_id, parent_step_id);
