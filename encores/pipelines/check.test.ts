// Each kind of refusal: what is wrong with a definition is said with the task and the field, all of it at once.
import { describe, expect, it } from 'vitest';
import { checkDefinition, checkTaskDefinition, inWords } from './check.ts';
import { Definition } from './format.ts';
import { wrongScript } from './scripts.ts';

type Fields = Record<string, unknown>;

const task = (fields: Fields) => ({ name: 'a', taskReferenceName: 'a', ...fields });
const log = (ref: string, more: Fields = {}) => ({
  ...{ name: ref, taskReferenceName: ref, type: 'LOG', inputParameters: { message: ref } },
  ...more,
});
const of = (...tasks: Fields[]) => ({ name: 'd', tasks });
const known: Record<string, Definition> = {
  back: Definition.parse(of(task({ type: 'SUB_WORKFLOW', subWorkflowParam: { name: 'd' } }))),
};

async function refusalsOf(json: unknown): Promise<string[]> {
  const { findings = [] } = await checkDefinition(json, { find: (name) => known[name], wrongScript });
  return findings.map(inWords);
}

const TYPES =
  'HTTP, LOG, INLINE, SUB_WORKFLOW, WAIT, SET_VARIABLE, TERMINATE, SWITCH, DO_WHILE, FORK_JOIN, FORK_JOIN_DYNAMIC, JOIN';

describe('a type that is not supported is refused', () => {
  it.each([
    ...['DECISION', 'EXCLUSIVE_JOIN', 'LAMBDA', 'JSON_JQ_TRANSFORM', 'EVENT', 'DYNAMIC', 'START_WORKFLOW'],
    ...['HUMAN', 'KAFKA_PUBLISH', 'LLM_CHAT_COMPLETE', 'toString'],
  ])('%s', async (type) => {
    expect(await refusalsOf(of(task({ type })))).toEqual([
      `a, type: ${type} is not supported. The types are ${TYPES}`,
    ]);
  });

  it('none, which is a task for a Worker of somebody', async () => {
    expect(await refusalsOf(of(task({})))).toEqual([
      `a, type: SIMPLE is not supported. The types are ${TYPES}`,
    ]);
  });
});

const http = (inputParameters: Fields, more: Fields = {}) =>
  of(task({ type: 'HTTP', inputParameters, ...more }));
const good = { uri: 'http://mock/', method: 'GET' };
const join = (ref: string, joinOn: string[]) => ({ name: ref, taskReferenceName: ref, type: 'JOIN', joinOn });
const loop = (ref: string, loopOver: Fields[], more: Fields = { items: '${workflow.input.x}' }) => ({
  ...{ name: ref, taskReferenceName: ref, type: 'DO_WHILE', loopOver },
  ...more,
});

describe('refused', () => {
  it.each<[string, unknown, string[]]>([
    ['no object', 'x', ['definition: must be an object']],
    ['no tasks', { name: 'd', tasks: [] }, ['tasks: must have a task']],
    [
      'a name with a slash',
      { name: 'a/b', tasks: [log('a')] },
      ['name: may have letters, digits, blanks and any of _ < > { } # - only'],
    ],
    [
      'an empty name',
      { name: '', tasks: [log('a')] },
      ['name: must not be empty', 'name: may have letters, digits, blanks and any of _ < > { } # - only'],
    ],
    ['version 0', { ...of(log('a')), version: 0 }, ['version: must be 1 at least']],
    ['a time below zero', { ...of(log('a')), timeoutSeconds: -1 }, ['timeoutSeconds: must not be negative']],
    ['another schema', { ...of(log('a')), schemaVersion: 1 }, ['schemaVersion: must be 2']],
    [
      'a field that nobody knows',
      { ...of(log('a')), maskedFields: ['x'] },
      ['maskedFields: is not supported'],
    ],
    [
      'a field of a task that nobody knows',
      of(log('a', { asyncComplete: true })),
      ['a, asyncComplete: is not supported in a task of the type LOG'],
    ],
    [
      'permissive',
      of(log('a', { permissive: true })),
      ['a, permissive: is not supported in a task of the type LOG'],
    ],
    [
      'a field of another type',
      of(log('a', { loopOver: [log('b')] })),
      ['a, loopOver: is not supported in a task of the type LOG'],
    ],
    [
      'the same reference twice, once inside',
      of(
        log('a'),
        task({ taskReferenceName: 'f', type: 'FORK_JOIN', forkTasks: [[log('a')]] }),
        join('j', ['a']),
      ),
      ['a, taskReferenceName: is used by another task too'],
    ],
    [
      'a reference with a blank',
      of(log('a b')),
      ['a b, taskReferenceName: must be 1 to 200 letters, digits or any of _ . -'],
    ],
    [
      'HTTP with no address',
      http({ method: 'GET' }),
      ['a, inputParameters.uri: must be an address, such as "http://127.0.0.1:8003/verify"'],
    ],
    [
      'HTTP with no method',
      http({ uri: 'http://mock/' }),
      ['a, inputParameters.method: must be one of GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS'],
    ],
    [
      'an input that HTTP does not know',
      http({ ...good, hedgingConfig: { maxAttempts: 2 } }),
      ['a, inputParameters.hedgingConfig: is not supported in a task of the type HTTP'],
    ],
    [
      'a fork without its JOIN',
      of(task({ type: 'FORK_JOIN', forkTasks: [[log('b')]] }), log('c')),
      ['a, type: the task after a FORK_JOIN must be a JOIN'],
    ],
    ['a JOIN without its fork', of(log('a'), join('j', ['a'])), ['j, type: a JOIN must follow a fork']],
    [
      'a JOIN on nobody',
      of(task({ type: 'FORK_JOIN', forkTasks: [[log('b')]] }), join('j', ['x'])),
      ['j, joinOn: there is no task "x"'],
    ],
    [
      'a branch without tasks',
      of(task({ type: 'FORK_JOIN', forkTasks: [[]] }), join('j', [])),
      ['a, forkTasks: has a branch without tasks'],
    ],
    [
      'a loop in a loop',
      of(loop('l', [loop('m', [log('a')])])),
      ['m, type: a DO_WHILE must not be inside another one: make it a SUB_WORKFLOW'],
    ],
    ['a loop without an end', of(loop('l', [log('a')], {})), ['l, loopCondition: must be given, or items']],
    [
      'a loop condition beside others',
      of(
        loop('l', [log('a')], {
          items: '${workflow.input.x}',
          loopCondition: 'true',
          metadata: { executionMode: 'parallel' },
        }),
      ),
      ['l, metadata.executionMode: can be parallel only with items and without loopCondition'],
    ],
    [
      'a mode that there is not',
      of(loop('l', [log('a')], { items: '${workflow.input.x}', metadata: { executionMode: 'both' } })),
      ['l, metadata.executionMode: must be sequential or parallel'],
    ],
    [
      'no branch at once',
      of(loop('l', [log('a')], { items: '${workflow.input.x}', metadata: { maxParallelism: 0 } })),
      ['l, metadata.maxParallelism: must be 1 at least'],
    ],
    [
      'bounds where nothing is bounded',
      of(log('a', { metadata: { onError: 'stop' } })),
      ['a, metadata.onError: has no meaning for the type LOG'],
    ],
    [
      'retries of what is never tried again',
      of(task({ type: 'SET_VARIABLE', retryCount: 2, inputParameters: { x: 1 } })),
      ['a, retryCount: has no meaning for the type SET_VARIABLE'],
    ],
    [
      'a duration and a time',
      of(task({ type: 'WAIT', inputParameters: { duration: '1s', until: '2030-01-01' } })),
      ['a, inputParameters: must have duration or until, not both'],
    ],
    [
      'a duration that is none',
      of(task({ type: 'WAIT', inputParameters: { duration: 'soon' } })),
      ['a, inputParameters.duration: must be a duration, such as "2 days 3h 10m20s"'],
    ],
    [
      'a time that is none',
      of(task({ type: 'WAIT', inputParameters: { until: 'soon' } })),
      ['a, inputParameters.until: must be a time, such as "2026-12-24 18:00 CET"'],
    ],
    [
      'a SWITCH on no input',
      of(
        task({
          type: 'SWITCH',
          evaluatorType: 'value-param',
          expression: 'x',
          decisionCases: { y: [log('b')] },
        }),
      ),
      ['a, expression: names no input: inputParameters has no "x"'],
    ],
    [
      'a SWITCH without a way',
      of(task({ type: 'SWITCH', evaluatorType: 'javascript', expression: '1' })),
      ['a, decisionCases: must have a case, or defaultCase must have tasks'],
    ],
    [
      'a path with a filter',
      of(log('a'), log('b', { inputParameters: { message: '${a.output[?(@.x)]}' } })),
      ['b, inputParameters: "[?(@.x)]" in "a.output[?(@.x)]" is not understood: use .key, [0], [*] or ..key'],
    ],
    [
      'an expression of a task that there is not',
      of(log('a', { inputParameters: { message: '${x.output}' } })),
      ['a, inputParameters: ${x.output}: there is no task "x"'],
    ],
    [
      'an expression of a field that there is not',
      of(log('a'), log('b', { inputParameters: { message: '${a.result}' } })),
      [
        'b, inputParameters: ${a.result}: there is no "result"; there are input, output, status, iteration, retryCount, taskId, startTime, endTime, reasonForIncompletion',
      ],
    ],
    [
      'an output of a task that there is not',
      { ...of(log('a')), outputParameters: { x: '${y.output}' } },
      ['outputParameters: ${y.output}: there is no task "y"'],
    ],
    [
      'a sub-workflow without a name',
      of(task({ type: 'SUB_WORKFLOW', subWorkflowParam: {} })),
      ['a, subWorkflowParam.name: must be given, or workflowDefinition'],
    ],
    [
      'itself as a sub-workflow',
      of(task({ type: 'SUB_WORKFLOW', subWorkflowParam: { name: 'd' } })),
      ['tasks: d:1 would run itself again, by way of its sub-workflows, without an end'],
    ],
    [
      'itself by way of another',
      of(task({ type: 'SUB_WORKFLOW', subWorkflowParam: { name: 'back' } })),
      ['tasks: d:1 would run itself again, by way of its sub-workflows, without an end'],
    ],
    [
      '2 MB',
      of(log('a', { inputParameters: { message: 'x'.repeat(2_000_000) } })),
      ['tasks: have more than 256 KB, which is the most'],
    ],
    [
      'much at once',
      { ...of(log('a'), log('a'), http({}).tasks[0] as Fields), version: 2, failureWorkflow: 'f', x: 1 },
      [
        'x: is not supported',
        'a, taskReferenceName: is used by another task too',
        'a, taskReferenceName: is used by another task too',
        'a, inputParameters.uri: must be an address, such as "http://127.0.0.1:8003/verify"',
        'a, inputParameters.method: must be one of GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS',
      ],
    ],
  ])('%s', async (_, json, said) => {
    expect(await refusalsOf(json)).toEqual(said);
  });

  it('a script that does not compile', async () => {
    const [said, ...more] = await refusalsOf(
      of(task({ type: 'INLINE', inputParameters: { expression: 'if (' } })),
    );
    expect(said).toMatch(/^a, inputParameters.expression: does not compile: .*expect/i);
    expect(more).toEqual([]);
  });

  it('TERMINATE that is optional, or ends as nothing', async () => {
    const said = await refusalsOf(
      of(task({ type: 'TERMINATE', optional: true, inputParameters: { terminationStatus: 'GONE' } })),
    );
    expect(said).toHaveLength(2);
    expect(said.join()).toContain('a, optional: ');
    expect(said.join()).toContain('a, inputParameters.terminationStatus: ');
  });
});

it('what the Conductor UI writes for fields that are not used is accepted', async () => {
  const unused = {
    asyncComplete: false,
    permissive: false,
    defaultExclusiveJoinTask: [],
    onStateChange: {},
    sink: null,
  };
  const notes = { createTime: 1, updateTime: 2, ownerApp: '', maskedFields: [], inputSchema: null };
  expect(await refusalsOf({ ...of(log('a', unused)), ...notes })).toEqual([]);
});

describe('a task definition', () => {
  it.each<[string, unknown, string[]]>([
    ['without a name', {}, ['name: must be given']],
    [
      'with a logic that there is not',
      { name: 't', retryLogic: 'RANDOM' },
      ['retryLogic: must be FIXED, EXPONENTIAL_BACKOFF or LINEAR_BACKOFF'],
    ],
    [
      'with a field that nobody knows',
      { name: 't', concurrentExecLimit: 3 },
      ['concurrentExecLimit: is not supported'],
    ],
  ])('%s is refused', (_, json, said) => {
    expect(checkTaskDefinition(json).findings?.map(inWords)).toEqual(said);
  });

  it('has the defaults of Conductor', () => {
    expect(checkTaskDefinition({ name: 't' }).value).toMatchObject({
      ...{ retryCount: 3, retryLogic: 'FIXED', retryDelaySeconds: 60, responseTimeoutSeconds: 3600 },
      ...{ timeoutPolicy: 'TIME_OUT_WF', backoffScaleFactor: 1 },
    });
  });
});
