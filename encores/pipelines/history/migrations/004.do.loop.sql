-- How many items a loop has and how it goes through them; the index of a step in it begins at 0.
alter table step_executions add column loop_collection_size integer;
alter table step_executions add column loop_iteration_index integer;
alter table step_executions add column loop_execution_mode varchar(50);
create index step_executions_by_iteration on step_executions (run_id, parent_step_id, loop_iteration_index);
