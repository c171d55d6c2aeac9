// Where to find the durable count: the Task Queue that its Worker polls, and the Workflow Id of the only count.

export const TASK_QUEUE = 'counter';
export const WORKFLOW_ID = 'counter';
