// The names of the stage's processes.

/** The processes of the stage, in the order in which they are listed and started. */
export const PROCESSES = ['server', 'network', 'worker', 'app'] as const;
export type ProcessName = (typeof PROCESSES)[number];

/** The two counters of the teaser, which `npm run stage start counters` starts. */
export const COUNTERS = ['volatile', 'durable'] as const;
export type CounterName = (typeof COUNTERS)[number];

/** Whether a word names a process of the stage. */
export function isProcessName(word: string): word is ProcessName {
  return (PROCESSES as readonly string[]).includes(word);
}
