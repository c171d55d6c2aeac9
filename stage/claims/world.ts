// What the claims can look at; the real one is made in stage/subject.ts, and tests make their own.
import type { Reading } from '../../hello-ip/web/progress.ts';
import type { LookupCount } from '../switch.ts';
import type { ProcessName } from '../words.ts';
import type { Counts } from './counts.ts';

/** All that can be up or down. */
export const WATCHED = ['server', 'worker', 'app', 'network', 'web-ui'] as const satisfies readonly (
  | ProcessName
  | 'web-ui'
)[];
export type Watched = (typeof WATCHED)[number];

/** One look at the greeting that is spoken of. */
export interface Seen extends Reading {
  workflowId: string;
}

/** How a process is at this moment; `undefined` is neither: it can be there and give no answer. */
export interface Vital {
  up: boolean | undefined;
  /** What tells so, in plain words. */
  fact: string;
  /** For how long it must look like this until it is believed. Milliseconds. */
  holdMs?: number;
}

/**
 * Each function looks once, now, and answers within about a second.
 * @throws a user's error that says in plain words why nothing can be seen.
 */
export interface World {
  greeting(): Promise<Seen>;
  /** How often the network has let through lookups, by greeting and host. */
  lookups(): Promise<LookupCount[]>;
  /** What can be read on the greeting's page. */
  page(): Promise<{ workflowId: string; text: string }>;
  process(name: Watched): Promise<Vital>;
  /** What the two counters have counted. */
  counts(): Promise<Counts>;
}

/** Whether a claim is so at this moment, and what tells so. */
export interface Verdict {
  so: boolean;
  /** The evidence where it is so, else what was seen instead; at least one. */
  facts: string[];
  /** For how long it must be so until it is believed. Milliseconds. */
  holdMs?: number;
  /** Nothing will change before the Timer is due, in so many milliseconds. */
  dueMs?: number;
  /** The Workflow Id of the greeting that it speaks of. */
  workflowId?: string;
}
