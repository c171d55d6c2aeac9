-- What a switch asked, what the answer was, and the way that was taken.
alter table step_executions add column condition_expression text;
alter table step_executions add column condition_result text;
alter table step_executions add column branch_taken text;
