// Where the tasks of the pipelines wait for a Worker.

/** The Task Queue that the Worker polls. */
export const TASK_QUEUE = 'pipelines';
