// The format of a pipeline: Conductor's JSON, as far as this encore runs it. These are the shapes; check.ts says what else must hold.
// Source: conductor-oss/conductor, WorkflowDef.java, WorkflowTask.java and TaskDef.java at b54f0d4.
import { z } from 'zod';
import type { Json, JsonObject } from './json.ts';

const anyJson = z.json() as z.ZodType<Json>;
const object = z.record(z.string(), anyJson, 'must be an object') as z.ZodType<JsonObject>;
const text = z.string('must be text');
const flag = z.boolean('must be true or false');
const count = z.int('must be a whole number').min(0, 'must not be negative');
const seconds = z
  .number('must be a number of seconds')
  .min(0, 'must not be negative')
  .max(31_536_000, 'must not be more than a year of seconds');
const name = text
  .min(1, 'must not be empty')
  .max(255, 'must not be longer than 255 characters')
  .regex(/^[A-Za-z0-9_<>{}#\s-]+$/, 'may have letters, digits, blanks and any of _ < > { } # - only');

/** Says how a task that runs in an Activity is retried, and how long it may take. Times are in seconds, 0 is none. */
export const TaskDefinition = z.looseObject(
  {
    name: text.min(1, 'must not be empty').optional(),
    retryCount: count.default(3),
    retryLogic: z
      .enum(
        ['FIXED', 'EXPONENTIAL_BACKOFF', 'LINEAR_BACKOFF'],
        'must be FIXED, EXPONENTIAL_BACKOFF or LINEAR_BACKOFF',
      )
      .default('FIXED'),
    retryDelaySeconds: seconds.default(60),
    maxRetryDelaySeconds: seconds.default(0),
    backoffScaleFactor: count.min(1, 'must be 1 at least').default(1),
    backoffJitterMs: count.default(0),
    timeoutSeconds: seconds.default(0),
    timeoutPolicy: z
      .enum(['RETRY', 'TIME_OUT_WF', 'ALERT_ONLY'], 'must be RETRY, TIME_OUT_WF or ALERT_ONLY')
      .default('TIME_OUT_WF'),
    responseTimeoutSeconds: seconds.default(3600),
    pollTimeoutSeconds: seconds.default(0),
    totalTimeoutSeconds: seconds.default(0),
  },
  'must be an object',
);
export type TaskDefinition = z.infer<typeof TaskDefinition>;

/** How many branches or items run at once, and what a failure in one of them does. Conductor ignores `metadata`. */
export const Bounds = z.looseObject(
  {
    executionMode: z.enum(['sequential', 'parallel'], 'must be sequential or parallel').optional(),
    maxParallelism: count.min(1, 'must be 1 at least').optional(),
    onError: z.enum(['stop', 'continue', 'collect'], 'must be stop, continue or collect').optional(),
  },
  'must be an object',
);
export type Bounds = z.infer<typeof Bounds>;

const SubWorkflow = z.looseObject(
  {
    name: text.optional(),
    version: count.optional(),
    /** A whole definition, or an expression for one. */
    workflowDefinition: anyJson.optional(),
  },
  'must be an object',
);

/** A task. What its type needs is checked by that type. */
export const Task = z.looseObject(
  {
    name: text.min(1, 'must not be empty'),
    taskReferenceName: text.regex(/^[\w.-]{1,200}$/, 'must be 1 to 200 letters, digits or any of _ . -'),
    type: text.default('SIMPLE'),
    description: text.nullish(),
    inputParameters: object.default({}),
    optional: flag.default(false),
    startDelay: seconds.default(0),
    retryCount: count.nullish(),
    taskDefinition: TaskDefinition.nullish(),
    metadata: Bounds.default({}),
    evaluatorType: text.nullish(),
    expression: text.nullish(),
    get decisionCases() {
      return z.record(text, z.array(Task, 'must be a list of tasks'), 'must be an object').default({});
    },
    get defaultCase() {
      return z.array(Task, 'must be a list of tasks').default([]);
    },
    get forkTasks() {
      return z
        .array(z.array(Task, 'must be a list of tasks'), 'must be a list of lists of tasks')
        .default([]);
    },
    get loopOver() {
      return z.array(Task, 'must be a list of tasks').default([]);
    },
    joinOn: z.array(text, 'must be a list of references').default([]),
    dynamicForkTasksParam: text.nullish(),
    dynamicForkTasksInputParamName: text.nullish(),
    loopCondition: text.nullish(),
    items: text.nullish(),
    subWorkflowParam: SubWorkflow.nullish(),
  },
  'must be an object',
);
export type Task = z.infer<typeof Task>;

export const Definition = z.looseObject(
  {
    name,
    version: z.int('must be a whole number').min(1, 'must be 1 at least').default(1),
    description: text.nullish(),
    tasks: z.array(Task, 'must be a list of tasks').min(1, 'must have a task'),
    inputParameters: z.array(text, 'must be a list of names').default([]),
    inputTemplate: object.default({}),
    outputParameters: object.default({}),
    variables: object.default({}),
    timeoutSeconds: seconds.default(0),
    timeoutPolicy: z
      .enum(['ALERT_ONLY', 'TIME_OUT_WF'], 'must be ALERT_ONLY or TIME_OUT_WF')
      .default('ALERT_ONLY'),
    failureWorkflow: text.nullish(),
    schemaVersion: z.literal(2, 'must be 2').default(2),
    restartable: flag.default(true),
    ownerEmail: text.nullish(),
  },
  'must be an object',
);
/** A definition whose defaults are filled in. */
export type Definition = z.infer<typeof Definition>;
