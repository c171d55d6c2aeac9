// What the claims can look at; the real one is made in stage/claims/observe.ts, and tests make their own.
import type { RunTree } from '../../encores/pipelines/follow.ts';
import type { Release } from '../../encores/releases/follow.ts';
import type { Reading } from '../../hello-ip/web/progress.ts';
import type { Sight } from '../../hello-ip/web/room/roster.ts';
import type { Counted } from '../control/durable-count.ts';
import type { LookupCount } from '../network/proxy.ts';
import { ENCORES, type ProcessName } from '../processes/names.ts';

/** What both counters have counted so far. */
export interface Counts {
  /** A list for each time that the volatile process was started. */
  volatile: number[][];
  durable: Counted[];
}

/** Everything that can be up or down. */
export const WATCHED = [
  ...(['server', 'worker', 'app', 'network', 'web-ui'] as const),
  ...ENCORES,
] as const satisfies readonly (ProcessName | 'web-ui')[];
export type Watched = (typeof WATCHED)[number];

/** A run as the history has it. */
export interface Recorded {
  id: string;
  status: string;
  /** The status of each step, by its id. */
  steps: Record<string, string>;
}

/** How often the platform has done each step of a deployment. */
export interface DeployedApp {
  /** The id of the release. */
  release: string;
  app: string;
  provision: number;
  traffic: number;
  verify: number;
}

/** One look at the greeting that a claim is about. */
export interface GreetingSnapshot extends Reading {
  workflowId: string;
}

/** How a process is at this moment; `undefined` is neither up nor down: it may exist and give no answer. */
export interface Health {
  up: boolean | undefined;
  /** The evidence, in plain words. */
  fact: string;
  /** How long it must look like this to be believed. Milliseconds. */
  holdMs?: number;
}

/**
 * Each function looks once, now, and answers within about a second.
 * @throws a user error that says in plain words why nothing can be seen.
 */
export interface Observations {
  greeting(): Promise<GreetingSnapshot>;
  /** When the greeting's Timer is or was due; the last known time while the Temporal Service is away. */
  timerDue(): Promise<{ workflowId: string; due?: Date }>;
  /** How many lookups the network has let through, by greeting and host. */
  lookups(): Promise<LookupCount[]>;
  /** What can be read on the greeting's page. */
  page(): Promise<{ workflowId: string; text: string }>;
  process(name: Watched): Promise<Health>;
  /** What the two counters have counted. */
  counts(): Promise<Counts>;
  /** The releases, newest first. */
  releases(): Promise<Release[]>;
  /** The pipeline that was started last. */
  pipeline(): Promise<RunTree | undefined>;
  /** The rows of these runs; of those that are in the history. */
  recorded(ids: string[]): Promise<Recorded[]>;
  /** Everybody's greetings since the room was opened. */
  room(): Promise<Sight>;
  /** One greeting of any id. */
  greetingOf(workflowId: string): Promise<GreetingSnapshot>;
  /** What the platform has really done. */
  deployed(): Promise<DeployedApp[]>;
}

/** Whether a claim holds at this moment, and the evidence. */
export interface Verdict {
  holds: boolean;
  /** The evidence if it holds, otherwise what was seen instead; at least one. */
  facts: string[];
  /** How long it must hold to be believed. Milliseconds. */
  holdMs?: number;
  /** Nothing will change before the Timer is due, in this many milliseconds. */
  dueMs?: number;
  /** The Workflow Id of the greeting that it is about. */
  workflowId?: string;
}
