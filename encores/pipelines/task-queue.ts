// Where the tasks of the pipelines wait for a Worker.

/** The Task Queue that the Worker polls. */
export const TASK_QUEUE = 'pipelines';
/** The one that the owner of the history polls, for Activities only. */
export const HISTORY_QUEUE = 'pipelines-history';
