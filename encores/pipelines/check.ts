// What is wrong with a definition, all of it at once. What this encore would not do as Conductor does, it refuses.
import type { ZodError } from 'zod';
import { allTasks, bodiesOf, keyOf } from './definition.ts';
import { expressionsIn, rootOf, wrongPath } from './expressions.ts';
import { Bounds, Definition, type Task, TaskDefinition } from './format.ts';
import { isEmpty, isObject, type Json, sizeOf } from './json.ts';
import { findType, TYPE_NAMES } from './tasks.ts';

/** What one run may be started with: definition, task definitions and input together. */
export const MOST_BYTES = 256 * 1024;

/** One thing that is wrong. */
export interface Finding {
  /** The reference of the task; absent for the definition itself. */
  task?: string;
  /** "inputParameters.uri" */
  field: string;
  /** "must be given" */
  what: string;
}

/** What has to be asked of others. */
export interface Surroundings {
  /** A definition that is registered; without a version, the newest. */
  find(name: string, version?: number): Definition | undefined;
  /** Why a script does not compile; undefined if it does. */
  wrongScript(script: string): Promise<string | undefined>;
}

export type Checked<T> = { value: T; findings?: undefined } | { value?: undefined; findings: Finding[] };

/** Written by Conductor, of no consequence to a run. */
const NOTES = ['createTime', 'updateTime', 'createdBy', 'updatedBy', 'ownerApp', 'ownerEmail', 'description'];
const TASK_FIELDS = [
  ...['name', 'taskReferenceName', 'type', 'description', 'inputParameters', 'optional', 'startDelay'],
  ...['retryCount', 'taskDefinition', 'metadata'],
];
const OF_WORKFLOW = [
  ...['input', 'output', 'variables', 'status', 'workflowId', 'parentWorkflowId', 'correlationId'],
  ...['workflowType', 'version', 'reasonForIncompletion'],
];
const OF_TASK = [
  ...['input', 'output', 'status', 'iteration', 'retryCount', 'taskId', 'startTime', 'endTime'],
  'reasonForIncompletion',
];
const BOUNDS = Object.keys(Bounds.shape);

/** @returns the definition with its defaults, or everything that is wrong with it */
export async function checkDefinition(
  json: unknown,
  surroundings: Surroundings,
): Promise<Checked<Definition>> {
  if (sizeOf(json) > MOST_BYTES)
    return {
      findings: [{ field: 'tasks', what: `have more than ${MOST_BYTES / 1024} KB, which is the most` }],
    };
  const parsed = Definition.safeParse(json);
  if (!parsed.success) return { findings: findingsOf(json, parsed.error) };
  const value = parsed.data;
  const findings = [
    ...unknownFields(value, Object.keys(Definition.shape)).map((field) => ({
      field,
      what: 'is not supported',
    })),
    ...checkTasks(value),
    ...(await checkScripts(value, surroundings)),
    ...checkExpressions(value),
    ...checkCycles(value, surroundings),
  ];
  return findings.length > 0 ? { findings } : { value };
}

/** @returns the task definition with its defaults, or everything that is wrong with it */
export function checkTaskDefinition(json: unknown): Checked<TaskDefinition & { name: string }> {
  const parsed = TaskDefinition.safeParse(json);
  if (!parsed.success) return { findings: findingsOf(json, parsed.error) };
  const { data } = parsed;
  const findings = taskDefinitionFields(data).map((field) => ({ field, what: 'is not supported' }));
  if (!data.name) findings.push({ field: 'name', what: 'must be given' });
  return findings.length > 0 ? { findings } : { value: { ...data, name: data.name ?? '' } };
}

/** "svc_a, inputParameters.uri: must be given" */
export function inWords({ task, field, what }: Finding): string {
  return `${task ? `${task}, ` : ''}${field}: ${what}`;
}

function findingsOf(json: unknown, { issues }: ZodError): Finding[] {
  return issues.map(({ path, message }) => findingAt(json, path, message));
}

/** A finding of the schema, with the task that it is in. */
function findingAt(json: unknown, path: readonly PropertyKey[], what: string): Finding {
  let value = json as Json | undefined;
  let task: string | undefined;
  let begin = 0;
  for (const [index, key] of path.entries()) {
    value = (value as Record<PropertyKey, Json> | undefined)?.[key];
    if (!isObject(value) || typeof value.taskReferenceName !== 'string') continue;
    task = value.taskReferenceName;
    begin = index + 1;
  }
  const field = path.slice(begin).join('.');
  return { task, field: field || (task ? 'task' : 'definition'), what };
}

function unknownFields(object: object, known: readonly string[]): string[] {
  const unknown = Object.entries(object).filter(
    ([field, value]) => !known.includes(field) && !isEmpty(value),
  );
  return unknown.map(([field]) => field).filter((field) => !NOTES.includes(field));
}

function taskDefinitionFields(definition: TaskDefinition): string[] {
  const known = [...Object.keys(TaskDefinition.shape), 'inputKeys', 'outputKeys'];
  // Says nothing without a limit.
  if (isEmpty(definition.rateLimitPerFrequency)) known.push('rateLimitFrequencyInSeconds');
  return unknownFields(definition, known);
}

function checkTasks(definition: Definition): Finding[] {
  const findings: Finding[] = [];
  const refs = new Set<string>();
  for (const task of allTasks(definition.tasks)) {
    const { taskReferenceName: ref } = task;
    if (refs.has(ref))
      findings.push({ task: ref, field: 'taskReferenceName', what: 'is used by another task too' });
    refs.add(ref);
  }
  for (const task of allTasks(definition.tasks)) findings.push(...checkTask(task, refs));
  return [...findings, ...checkOrder(definition.tasks), ...checkLoops(definition.tasks)];
}

function checkTask(task: Task, refs: ReadonlySet<string>): Finding[] {
  const findings: Finding[] = [];
  const report = (field: string, what: string) => {
    findings.push({ task: task.taskReferenceName, field, what });
  };
  const type = findType(task.type);
  if (!type) {
    report('type', `${task.type} is not supported. The types are ${TYPE_NAMES.join(', ')}`);
    return findings;
  }
  for (const field of unknownFields(task, [...TASK_FIELDS, ...(type.fields ?? [])]))
    report(field, `is not supported in a task of the type ${task.type}`);
  if (type.inputs)
    for (const input of unknownFields(task.inputParameters, type.inputs))
      report(`inputParameters.${input}`, `is not supported in a task of the type ${task.type}`);
  if (!type.isRetried && task.retryCount) report('retryCount', `has no meaning for the type ${task.type}`);
  if (!type.isRetried && task.taskDefinition)
    report('taskDefinition', `has no meaning for the type ${task.type}`);
  if (!type.isBounded)
    for (const bound of BOUNDS.filter((each) => task.metadata[each] !== undefined))
      report(`metadata.${bound}`, `has no meaning for the type ${task.type}`);
  if (task.type !== 'DO_WHILE' && type.isBounded && task.metadata.executionMode)
    report('metadata.executionMode', 'has a meaning for DO_WHILE only');
  for (const field of task.taskDefinition ? taskDefinitionFields(task.taskDefinition) : [])
    report(`taskDefinition.${field}`, 'is not supported');
  for (const ref of task.joinOn) if (!refs.has(ref)) report('joinOn', `there is no task "${ref}"`);
  type.check?.(task, report);
  return findings;
}

async function checkScripts({ tasks }: Definition, { wrongScript }: Surroundings): Promise<Finding[]> {
  const scripts = allTasks(tasks).flatMap((task) =>
    scriptsOf(task).map(([field, script]) => ({ task: task.taskReferenceName, field, script })),
  );
  const findings = scripts.map(async ({ task, field, script }) => {
    const wrong = await wrongScript(script);
    return wrong ? [{ task, field, what: `does not compile: ${wrong}` }] : [];
  });
  return (await Promise.all(findings)).flat();
}

/** The scripts of a task, by the field that they are in. */
function scriptsOf({
  type,
  inputParameters,
  expression,
  evaluatorType,
  loopCondition,
}: Task): [string, string][] {
  const inline = inputParameters.expression;
  // What an expression becomes is not known yet; some value.
  if (type === 'INLINE' && typeof inline === 'string')
    return [['inputParameters.expression', inline.replace(/\$?\$\{[^{}]*\}/g, 'null')]];
  if (type === 'SWITCH' && expression && evaluatorType !== 'value-param') return [['expression', expression]];
  return type === 'DO_WHILE' && loopCondition ? [['loopCondition', loopCondition]] : [];
}

/** A fork is followed by its JOIN, and nothing else is. */
function checkOrder(tasks: readonly Task[]): Finding[] {
  const isFork = (task?: Task) => task?.type.startsWith('FORK_JOIN') ?? false;
  const here = tasks.flatMap((task, index): Finding[] => {
    const { taskReferenceName, type } = task;
    if (isFork(task) && tasks[index + 1]?.type !== 'JOIN')
      return [{ task: taskReferenceName, field: 'type', what: `the task after a ${type} must be a JOIN` }];
    if (type === 'JOIN' && !isFork(tasks[index - 1]))
      return [{ task: taskReferenceName, field: 'type', what: 'a JOIN must follow a fork' }];
    return [];
  });
  return [...here, ...tasks.flatMap(bodiesOf).flatMap(checkOrder)];
}

/** A task of a loop has one number in its id, so a loop has no loop in it. Conductor's documentation forbids it, too. */
function checkLoops(tasks: readonly Task[]): Finding[] {
  const loops = allTasks(tasks).filter(({ type }) => type === 'DO_WHILE');
  const nested = loops
    .flatMap(({ loopOver }) => allTasks(loopOver))
    .filter(({ type }) => type === 'DO_WHILE');
  return nested.map(({ taskReferenceName }) => ({
    ...{ task: taskReferenceName, field: 'type' },
    what: 'a DO_WHILE must not be inside another one: make it a SUB_WORKFLOW',
  }));
}

function checkExpressions(definition: Definition): Finding[] {
  const tasks = allTasks(definition.tasks);
  const refs = new Set(tasks.map(({ taskReferenceName }) => taskReferenceName));
  const forks = tasks.filter(({ type }) => type === 'FORK_JOIN_DYNAMIC');
  // What a dynamic fork starts is known only when it does: "_fork_0", or whatever its tasks say.
  const isForked = (root: string) =>
    forks.some(({ dynamicForkTasksParam }) => dynamicForkTasksParam || /^_.+_\d+$/.test(root));
  const wrongIn = (value: Json) => expressionsIn(value).flatMap((expression) => wrong(expression) ?? []);
  const wrong = (expression: string): string | undefined => {
    const root = rootOf(expression);
    if (expression.trim() === '' || expression.trim().startsWith('${')) return undefined;
    const path = wrongPath(expression);
    if (path) return path;
    const isWorkflow = root === 'workflow';
    if (!isWorkflow && !refs.has(root ?? '')) {
      const what = `\${${expression}}: there is no task "${root}"`;
      return isForked(root ?? '') ? undefined : what;
    }
    const field = /^[\w-]+\.([\w-]+)/.exec(expression.trim())?.[1];
    const known = isWorkflow ? OF_WORKFLOW : OF_TASK;
    if (field === undefined || known.includes(field)) return undefined;
    return `\${${expression}}: there is no "${field}"; there are ${known.join(', ')}`;
  };
  const wrongFields = (task: string | undefined, fields: Record<string, Json>): Finding[] =>
    Object.entries(fields).flatMap(([field, value]) => wrongIn(value).map((what) => ({ task, field, what })));
  return [
    ...wrongFields(undefined, { outputParameters: definition.outputParameters }),
    ...tasks.flatMap(({ taskReferenceName, inputParameters, items, subWorkflowParam }) => {
      const name = subWorkflowParam?.name ?? '';
      const fields = { inputParameters, items: items ?? '', 'subWorkflowParam.name': name };
      return wrongFields(taskReferenceName, fields);
    }),
  ];
}

/** The sub-workflows that are named in so many words. */
export function subWorkflowsOf({ tasks, failureWorkflow }: Definition): { name: string; version?: number }[] {
  const named = allTasks(tasks).flatMap(({ type, subWorkflowParam, inputParameters }) => {
    const { forkTaskWorkflow, forkTaskWorkflowVersion } = inputParameters;
    if (type === 'FORK_JOIN_DYNAMIC' && typeof forkTaskWorkflow === 'string')
      return [{ name: forkTaskWorkflow, version: Number(forkTaskWorkflowVersion) || undefined }];
    const { name, version, workflowDefinition } = subWorkflowParam ?? {};
    return name && !workflowDefinition ? [{ name, version: version || undefined }] : [];
  });
  const all = failureWorkflow ? [...named, { name: failureWorkflow }] : named;
  return all.filter(({ name }) => !name.includes('${'));
}

function checkCycles(definition: Definition, { find }: Surroundings): Finding[] {
  const own = keyOf(definition.name, definition.version);
  const isOwn = (name: string, version?: number) =>
    name === definition.name && (version ?? definition.version) === definition.version;
  const leadsBack = (from: Definition, seen: Set<string>): boolean =>
    subWorkflowsOf(from).some(({ name, version }) => {
      if (isOwn(name, version)) return true;
      const found = find(name, version);
      if (!found || seen.has(keyOf(found.name, found.version))) return false;
      return leadsBack(found, seen.add(keyOf(found.name, found.version)));
    });
  if (!leadsBack(definition, new Set())) return [];
  return [
    { field: 'tasks', what: `${own} would run itself again, by way of its sub-workflows, without an end` },
  ];
}
