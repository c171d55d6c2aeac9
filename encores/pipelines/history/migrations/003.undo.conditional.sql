alter table step_executions drop column condition_expression;
alter table step_executions drop column condition_result;
alter table step_executions drop column branch_taken;
