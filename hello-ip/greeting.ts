// What goes into the Workflow, what comes out of it, and where its tasks wait for a Worker.

/**
 * The Workflow's input: whom to greet, and how long to sleep between the two lookups, in whole seconds.
 * The Workflow does not use the name; the page reads it from the Event History, which keeps the input.
 */
export interface GreetingInput {
  name: string;
  seconds: number;
}

/** The Workflow's result; the location reads "City, Region, Country". */
export interface GreetingResult {
  ipAddress: string;
  location: string;
}

/** The Task Queue that the Worker polls. */
export const TASK_QUEUE = 'hello-ip';
