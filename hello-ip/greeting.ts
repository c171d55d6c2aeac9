// What goes into the Workflow, what comes out of it, and where its tasks wait for a Worker.

/** The Workflow's input: whom to greet, and how long to sleep between the two lookups, in whole seconds. */
export interface Greeting {
  name: string;
  seconds: number;
}

/** The Workflow's result; the location reads "City, Region, Country". */
export interface Address {
  ipAddress: string;
  location: string;
}

/** The Task Queue that the Worker polls. */
export const TASK_QUEUE = 'hello-ip';
