// Starts the patterns, each under a new readable Workflow Id; and your own input, once it has been checked.
import { randomBytes } from 'node:crypto';
import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import type { z } from 'zod';
import { workflowTuning } from '../../hello-ip/stage-tuning.ts';
import { untilAnswered } from '../../hello-ip/support/connection.ts';
import { userError } from '../../hello-ip/support/user-error.ts';
import { Customer, firstWrong, Numbers, Question, TASK_QUEUE, Work } from './input.ts';

interface Pattern {
  /** Its Workflow Type. */
  type: string;
  input: z.ZodType;
  /** An input that it takes, as JSON. */
  example: string;
}

export const PATTERNS = {
  orchestration: { type: 'orchestrate', input: Numbers, example: '[1,2,3,4]' },
  fallback: {
    type: 'askWithFallback',
    input: Question,
    example: '{"currency":"EUR","exchange":"slow once"}',
  },
  'fire-and-forget': { type: 'signUp', input: Customer, example: '{"name":"Ziggy","seconds":5}' },
  'long-running': { type: 'workThrough', input: Work, example: '{"items":1000}' },
} as const satisfies Record<string, Pattern>;

export type PatternName = keyof typeof PATTERNS;

export const PATTERN_NAMES = Object.keys(PATTERNS) as PatternName[];

/** A Workflow that was started, and its first run. */
export interface Execution {
  workflowId: string;
  runId: string;
}

/**
 * Starts a pattern with somebody's own input, if it takes it.
 * @throws a user error before anything runs, when there is no such pattern, or its input is not JSON or not what it
 * takes; and what `start` throws
 */
export async function startPattern(client: Client, name: string, json: string): Promise<Execution> {
  const pattern = asPatternName(name);
  return start(client, pattern, readInput(pattern, json));
}

/**
 * Starts a pattern with whatever input.
 * @throws a gRPC service error when the Temporal Service refuses, or does not answer within 1.5 s
 */
export async function start(client: Client, name: PatternName, input: unknown): Promise<Execution> {
  const workflowId = `patterns-${name}-${randomBytes(2).toString('hex')}`;
  const startIt = () =>
    client.workflow.start(PATTERNS[name].type, {
      taskQueue: TASK_QUEUE,
      workflowId,
      // An id is an idempotency key, too, so none is used twice.
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      args: [input],
      ...workflowTuning,
    });
  try {
    const { firstExecutionRunId } = await untilAnswered(client, startIt);
    return { workflowId, runId: firstExecutionRunId };
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return start(client, name, input);
    throw error;
  }
}

function asPatternName(name: string): PatternName {
  const found = PATTERN_NAMES.find((each) => each === name);
  if (found) return found;
  throw userError(`"${name}" is not a pattern. Name one of these: ${PATTERN_NAMES.join(', ')}`);
}

function readInput(name: PatternName, json: string): unknown {
  const { input, example } = PATTERNS[name];
  const fix = `Try: npm run patterns start ${name} '${example}'`;
  const read = input.safeParse(parse(json, `The input of ${name} is not JSON. ${fix}`));
  if (read.success) return read.data;
  throw userError(`${name} does not take this input: ${firstWrong(read.error)}. ${fix}`);
}

function parse(json: string, complaint: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw userError(complaint);
  }
}
