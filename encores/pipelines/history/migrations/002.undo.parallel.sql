drop index step_executions_by_parent;
alter table step_executions drop column parent_step_id;
