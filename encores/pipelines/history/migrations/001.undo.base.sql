drop table step_executions;
drop table workflow_runs;
drop table workflow_definitions;
