drop index step_executions_by_iteration;
alter table step_executions drop column loop_collection_size;
alter table step_executions drop column loop_iteration_index;
alter table step_executions drop column loop_execution_mode;
