// What the Workflow asks of its Activity, and where tasks wait for a Worker.

/** One app of one release. */
export interface Deployment {
  /** The id of the release. */
  release: string;
  app: string;
  /** How long it takes. */
  seconds: number;
  /** The platform is to refuse it. */
  fails: boolean;
}

/** The Task Queue that the Worker polls. */
export const TASK_QUEUE = 'releases';
