// The names of the stage's processes.

/** The processes of the talk, in the order in which they are listed and started. */
export const PROCESSES = ['server', 'network', 'worker', 'app'] as const;
export type TalkProcess = (typeof PROCESSES)[number];

/** What the encores add: each is started by name, or by the command of an encore. */
export const ENCORES = [
  'platform',
  'releases',
  'releases-page',
  'patterns',
  'pipelines',
  'pipelines-page',
  'cluster',
] as const;
export type EncoreProcess = (typeof ENCORES)[number];

/** Everything that can be started, stopped and killed on its own. */
export const ALL_PROCESSES = [...PROCESSES, ...ENCORES] as const;
export type ProcessName = (typeof ALL_PROCESSES)[number];

/** The two counters of the teaser, which `npm run stage start counters` starts. */
export const COUNTERS = ['volatile', 'durable'] as const;
export type CounterName = (typeof COUNTERS)[number];

/** Whether a word names a process of the stage. */
export function isProcessName(word: string): word is ProcessName {
  return (ALL_PROCESSES as readonly string[]).includes(word);
}

/** Whether a word names a process of the talk. */
export function isTalkProcess(word: string): word is TalkProcess {
  return (PROCESSES as readonly string[]).includes(word);
}
