// The rules of the format, one row each: a definition, what its requests are answered with, and what has to come of it.
import type { TaskDefinition } from '../../encores/pipelines/format.ts';
import { TaskDefinition as ReadTaskDefinition } from '../../encores/pipelines/format.ts';
import type { JsonObject } from '../../encores/pipelines/json.ts';
import type { TaskStatus } from '../../encores/pipelines/pipeline.ts';
import type { HttpAnswer } from './pipeline-host.ts';

export interface Row {
  rule: string;
  /** A complaint about Conductor that it answers. */
  complaint?: string;
  tasks: JsonObject[];
  /** More of the definition. */
  more?: JsonObject;
  definitions?: Record<string, JsonObject>;
  taskDefinitions?: Record<string, TaskDefinition>;
  input?: JsonObject;
  answers?: Record<string, HttpAnswer[]>;
  status: 'COMPLETED' | 'FAILED' | 'TIMED_OUT' | 'TERMINATED';
  output?: unknown;
  reason?: string;
  /** The ids of the tasks that had an Activity, as often as they had, where no Worker is killed. */
  calls?: string[];
  /** Milliseconds that it takes, where no Worker is killed. */
  took?: number;
  /** By id; a task that never began is undefined. */
  tasksAre?: Record<string, TaskStatus | undefined>;
}

type Extra = Record<string, unknown>;
const task = (type: string, ref: string, extra: Extra = {}): JsonObject =>
  ({ name: ref, taskReferenceName: ref, type, ...extra }) as JsonObject;
const http = (ref: string, extra: Extra = {}) =>
  task('HTTP', ref, { inputParameters: { uri: `http://mock/${ref}`, method: 'POST' }, ...extra });
const log = (ref: string, message: unknown = ref) => task('LOG', ref, { inputParameters: { message } });
const set = (ref: string, inputParameters: Extra) => task('SET_VARIABLE', ref, { inputParameters });
const script = (ref: string, expression: string, inputs: Extra = {}) =>
  task('INLINE', ref, { inputParameters: { evaluatorType: 'graaljs', expression, ...inputs } });
const wait = (ref: string, inputParameters: Extra = {}) => task('WAIT', ref, { inputParameters });
const fork = (ref: string, forkTasks: JsonObject[][], extra: Extra = {}) =>
  task('FORK_JOIN', ref, { forkTasks, ...extra });
const join = (ref: string, ...joinOn: string[]) => task('JOIN', ref, { joinOn });
const choose = (
  ref: string,
  value: unknown,
  decisionCases: Record<string, JsonObject[]>,
  defaultCase: JsonObject[] = [],
) =>
  task('SWITCH', ref, {
    ...{ evaluatorType: 'value-param', expression: 'case', inputParameters: { case: value } },
    ...{ decisionCases, defaultCase },
  });
const loop = (ref: string, loopOver: JsonObject[], extra: Extra) =>
  task('DO_WHILE', ref, { loopOver, ...extra });
const end = (ref: string, terminationStatus: string, terminationReason: string, workflowOutput?: unknown) =>
  task('TERMINATE', ref, {
    inputParameters: { terminationStatus, terminationReason, workflowOutput: workflowOutput ?? {} },
  });
const sub = (ref: string, name: string, inputParameters: Extra = {}, extra: Extra = {}) =>
  task('SUB_WORKFLOW', ref, { subWorkflowParam: { name }, inputParameters, ...extra });
const quick = (more: Extra = {}): TaskDefinition =>
  ReadTaskDefinition.parse({ retryDelaySeconds: 1, responseTimeoutSeconds: 60, ...more });

export const ROWS: Row[] = [
  {
    rule: 'tasks run one after the other, and the output is that of the last',
    tasks: [log('a'), script('b', '$.x * 2', { x: '${workflow.input.x}' })],
    ...{ input: { x: 21 }, status: 'COMPLETED', output: { result: 42 } },
  },
  {
    rule: 'outputParameters name the output, with the types of what they find',
    tasks: [script('a', '({n: 1, list: ["x", {k: true}]})')],
    more: {
      outputParameters: {
        ...{
          number: '${a.output.result.n}',
          text: 'n=${a.output.result.n}',
          last: '${a.output.result.list[-1].k}',
        },
        ...{
          each: "${a.output['result'].list[*]}",
          none: '${a.output.nothing}',
          escaped: '$${a}',
          empty: '${}',
        },
      },
    },
    status: 'COMPLETED',
    output: {
      number: 1,
      text: 'n=1',
      last: true,
      each: ['x', { k: true }],
      none: null,
      escaped: '${a}',
      empty: '',
    },
  },
  {
    rule: 'an expression may name a key by another expression',
    tasks: [set('a', { v: '${workflow.input.${workflow.input.key}}' })],
    more: { outputParameters: { v: '${workflow.variables.v}' } },
    ...{ input: { key: 'x', x: 7 }, status: 'COMPLETED', output: { v: 7 } },
  },
  {
    rule: 'inputTemplate fills in what the input leaves out, variables begin as they are written',
    tasks: [log('a')],
    more: {
      ...{ inputTemplate: { x: 1, y: 2 }, variables: { v: 3 } },
      outputParameters: { x: '${workflow.input.x}', y: '${workflow.input.y}', v: '${workflow.variables.v}' },
    },
    ...{ input: { x: 9 }, status: 'COMPLETED', output: { x: 9, y: 2, v: 3 } },
  },
  {
    rule: 'HTTP answers with status, headers and the body as JSON',
    tasks: [http('a')],
    more: {
      outputParameters: { code: '${a.output.response.statusCode}', id: '${a.output.response.body.id}' },
    },
    answers: { a: [{ status: 201, body: { id: 5 } }] },
    ...{ status: 'COMPLETED', output: { code: 201, id: 5 } },
  },
  {
    rule: 'HTTP fails with an answer that is not 2xx, and the body is the reason',
    tasks: [http('a'), log('b')],
    answers: { a: [{ status: 503, body: 'no room' }] },
    ...{ status: 'FAILED', reason: 'no room', tasksAre: { a: 'FAILED', b: undefined } },
  },
  {
    rule: 'without a task definition nothing is retried',
    ...{
      tasks: [http('a')],
      answers: { a: [500] },
      calls: ['a'],
      status: 'FAILED',
      tasksAre: { a: 'FAILED' },
    },
  },
  {
    rule: 'a task definition of that name retries as often as it says',
    tasks: [http('a')],
    more: { outputParameters: { retries: '${a.retryCount}' } },
    taskDefinitions: { a: quick({ retryCount: 2 }) },
    ...{ answers: { a: [500, 500, 200] }, status: 'COMPLETED', tasksAre: { a: 'COMPLETED' } },
  },
  {
    rule: 'after the last retry the task has failed',
    tasks: [http('a', { taskDefinition: { retryCount: 1, retryDelaySeconds: 1 } })],
    ...{ answers: { a: [500] }, calls: ['a', 'a'], status: 'FAILED', tasksAre: { a: 'FAILED' } },
  },
  {
    rule: 'retryCount of the task overrides the one of its definition',
    tasks: [http('a', { retryCount: 0, taskDefinition: { retryCount: 5, retryDelaySeconds: 1 } })],
    ...{ answers: { a: [500] }, calls: ['a'], status: 'FAILED' },
  },
  {
    rule: 'an optional task that fails is COMPLETED_WITH_ERRORS, and the run goes on',
    complaint: 'Netflix/conductor#731',
    tasks: [http('a', { optional: true }), log('b')],
    ...{
      answers: { a: [500] },
      status: 'COMPLETED',
      tasksAre: { a: 'COMPLETED_WITH_ERRORS', b: 'COMPLETED' },
    },
  },
  {
    rule: 'INLINE answers with the last value of a script, whatever kind of script it is',
    tasks: [
      ...[script('a', 'if ($.x > 1) { "big"; } else { "small"; }', { x: 2 })],
      ...[
        script('b', 'function f() { return $.x } f();', { x: 3 }),
        script('c', '(function () { return [$.x] })()', { x: 4 }),
      ],
    ],
    more: { outputParameters: { a: '${a.output.result}', b: '${b.output.result}', c: '${c.output.result}' } },
    ...{ status: 'COMPLETED', output: { a: 'big', b: 3, c: [4] } },
  },
  {
    rule: 'a script that fails is a terminal error, and never retried',
    tasks: [script('a', 'throw new Error("no")')],
    taskDefinitions: { a: quick() },
    ...{ status: 'FAILED', reason: 'Error: no', tasksAre: { a: 'FAILED_WITH_TERMINAL_ERROR' } },
  },
  {
    rule: 'a script that never ends is stopped',
    tasks: [script('a', 'while (true) {}')],
    ...{
      status: 'FAILED',
      reason: 'It took longer than 1 s.',
      tasksAre: { a: 'FAILED_WITH_TERMINAL_ERROR' },
    },
  },
  {
    rule: 'a script has no process, no network and no files',
    tasks: [script('a', '[typeof process, typeof require, typeof fetch].join()')],
    ...{ status: 'COMPLETED', output: { result: 'undefined,undefined,undefined' } },
  },
  {
    rule: 'SWITCH by a value runs the case of that name, and no other',
    tasks: [choose('s', '${workflow.input.to}', { prod: [log('p')], dev: [log('d')] }), log('after')],
    ...{ input: { to: 'dev' }, status: 'COMPLETED' },
    tasksAre: { s: 'COMPLETED', p: undefined, d: 'COMPLETED', after: 'COMPLETED' },
  },
  {
    rule: 'SWITCH runs defaultCase where no case has that name',
    tasks: [choose('s', 'x', { prod: [log('p')] }, [log('d')])],
    ...{ status: 'COMPLETED', tasksAre: { p: undefined, d: 'COMPLETED' } },
  },
  {
    rule: 'SWITCH takes nothing at all for the case "null"',
    tasks: [choose('s', '${workflow.input.none}', { null: [log('n')] })],
    ...{ status: 'COMPLETED', tasksAre: { n: 'COMPLETED' } },
  },
  {
    rule: 'a case without tasks runs nothing, and a number is a case by its text',
    tasks: [choose('s', 5, { 5: [], x: [log('x')] }, [log('d')])],
    ...{ status: 'COMPLETED', tasksAre: { x: undefined, d: undefined } },
  },
  {
    rule: 'SWITCH by a script sees its inputs',
    complaint: 'conductor-oss/conductor#101',
    tasks: [
      task('SWITCH', 's', {
        ...{ evaluatorType: 'javascript', expression: '$.user.name.length > 3 ? "long" : "short"' },
        ...{
          inputParameters: { user: '${workflow.input.user}' },
          decisionCases: { long: [log('l')], short: [log('k')] },
        },
      }),
    ],
    ...{
      input: { user: { name: 'Ziggy' } },
      status: 'COMPLETED',
      tasksAre: { l: 'COMPLETED', k: undefined },
    },
  },
  {
    rule: 'a fork runs its branches beside each other, and JOIN has their outputs',
    tasks: [
      fork('f', [[script('a', '1')], [wait('w', { duration: '1s' }), script('b', '2')]]),
      join('j', 'a', 'b'),
    ],
    ...{ status: 'COMPLETED', output: { a: { result: 1 }, b: { result: 2 } } },
  },
  {
    rule: 'a JOIN that names nothing does not wait, but the run does',
    tasks: [fork('f', [[wait('w', { duration: '1s' })]]), join('j'), log('after')],
    ...{ status: 'COMPLETED', tasksAre: { j: 'COMPLETED', after: 'COMPLETED', w: 'COMPLETED' } },
  },
  {
    rule: 'a failing branch fails the run, and what is under way is cancelled',
    complaint: 'Netflix/conductor#178',
    tasks: [fork('f', [[http('a')], [wait('w', { duration: '60s' })]]), join('j', 'a', 'w')],
    answers: { a: [500] },
    ...{ status: 'FAILED', tasksAre: { a: 'FAILED', w: 'CANCELED', j: 'CANCELED' } },
  },
  {
    rule: 'an optional branch that fails makes the JOIN COMPLETED_WITH_ERRORS, not before the others are done',
    complaint: 'Netflix/conductor#3317',
    tasks: [
      fork('f', [[http('a', { optional: true })], [wait('w', { duration: '1s' }), script('b', '2')]]),
      ...[join('j', 'a', 'b'), log('after')],
    ],
    answers: { a: [500] },
    status: 'COMPLETED',
    tasksAre: { a: 'COMPLETED_WITH_ERRORS', b: 'COMPLETED', j: 'COMPLETED_WITH_ERRORS', after: 'COMPLETED' },
  },
  {
    rule: 'onError continue: the other branches and the run go on',
    tasks: [
      fork('f', [[http('a'), log('a2')], [log('b')]], { metadata: { onError: 'continue' } }),
      ...[join('j', 'a2', 'b'), log('after')],
    ],
    answers: { a: [500] },
    status: 'COMPLETED',
    tasksAre: { a: 'FAILED', a2: undefined, j: 'COMPLETED_WITH_ERRORS', after: 'COMPLETED' },
  },
  {
    rule: 'onError collect: all branches run to their end, then the run fails and names all that failed',
    complaint: 'Netflix/conductor#3861',
    tasks: [
      fork('f', [[http('a')], [http('b')], [wait('w', { duration: '1s' })]], {
        metadata: { onError: 'collect' },
      }),
      ...[join('j', 'a', 'b', 'w'), log('after')],
    ],
    answers: { a: [{ status: 500, body: 'no a' }], b: [{ status: 500, body: 'no b' }] },
    ...{ status: 'FAILED', reason: 'a: no a; b: no b' },
    tasksAre: { w: 'COMPLETED', j: 'FAILED', after: undefined },
  },
  {
    rule: 'a branch whose last task was in a case that is not taken does not hang its JOIN',
    tasks: [fork('f', [[choose('s', 'x', { y: [log('a')] })], [log('b')]]), join('j', 'a', 'b')],
    ...{ status: 'COMPLETED', tasksAre: { a: undefined, j: 'COMPLETED' } },
  },
  {
    rule: 'a dynamic fork runs a sub-workflow for each input, and JOIN has all outputs',
    tasks: [
      task('FORK_JOIN_DYNAMIC', 'f', {
        inputParameters: { forkTaskWorkflow: 'double', forkTaskInputs: '${workflow.input.list}' },
      }),
      join('j'),
    ],
    more: { outputParameters: { first: '${j.output._f_0.result}', second: '${j.output._f_1.result}' } },
    definitions: {
      double: { name: 'double', tasks: [script('x', '$.n * 2', { n: '${workflow.input.n}' })] },
    },
    ...{ input: { list: [{ n: 1 }, { n: 2 }] }, status: 'COMPLETED', output: { first: 2, second: 4 } },
  },
  {
    rule: 'a dynamic fork takes its tasks from an input',
    tasks: [
      task('FORK_JOIN_DYNAMIC', 'f', {
        ...{ dynamicForkTasksParam: 'tasks', dynamicForkTasksInputParamName: 'inputs' },
        inputParameters: { tasks: '${workflow.input.tasks}', inputs: '${workflow.input.inputs}' },
      }),
      join('j'),
    ],
    input: {
      tasks: [
        { name: 'one', taskReferenceName: 'one', type: 'INLINE', inputParameters: { expression: '$.n + 1' } },
      ],
      inputs: { one: { n: 41 } },
    },
    ...{ status: 'COMPLETED', output: { one: { result: 42 } } },
  },
  {
    rule: 'a dynamic fork of one type of task gives each its index',
    tasks: [
      task('FORK_JOIN_DYNAMIC', 'f', {
        inputParameters: {
          ...{ forkTaskType: 'INLINE', forkTaskName: 'n' },
          forkTaskInputs: [{ expression: '$.__index * 10' }, { expression: '$.__index * 10' }],
        },
      }),
      join('j'),
    ],
    ...{ status: 'COMPLETED', output: { _n_0: { result: 0 }, _n_1: { result: 10 } } },
  },
  {
    rule: 'a dynamic fork over nothing goes on at once',
    tasks: [
      task('FORK_JOIN_DYNAMIC', 'f', { inputParameters: { forkTaskType: 'LOG', forkTaskInputs: [] } }),
      ...[join('j'), log('after')],
    ],
    ...{ status: 'COMPLETED', tasksAre: { j: 'COMPLETED', after: 'COMPLETED' } },
  },
  {
    rule: 'what an input contains is never read as an expression',
    tasks: [
      task('FORK_JOIN_DYNAMIC', 'f', {
        inputParameters: {
          forkTaskType: 'INLINE',
          forkTaskInputs: [{ expression: '$.x', x: '${workflow.input.x}' }],
        },
      }),
      join('j'),
    ],
    ...{
      input: { x: '${workflow.workflowId}' },
      status: 'COMPLETED',
      output: { _f_0: { result: '${workflow.workflowId}' } },
    },
  },
  {
    rule: 'DO_WHILE runs its body, then asks its condition',
    tasks: [
      loop('l', [script('a', '$.i * 10', { i: '${l.output.iteration}' })], {
        loopCondition: "$.l['iteration'] < 3",
      }),
    ],
    more: { outputParameters: { n: '${l.output.iteration}', second: '${l.output.2.a.result}' } },
    status: 'COMPLETED',
    output: { n: 3, second: 20 },
    tasksAre: { a__1: 'COMPLETED', a__3: 'COMPLETED', a__4: undefined, l: 'COMPLETED' },
  },
  {
    rule: 'the condition of a loop sees the outputs of its tasks',
    complaint: 'conductor-oss/conductor#895',
    tasks: [
      loop(
        'l',
        [
          choose('s', 'x', { x: [set('v', { done: true })] }),
          script('a', '$.i', { i: '${l.output.iteration}' }),
        ],
        {
          loopCondition: '$.a.result < 2',
        },
      ),
    ],
    ...{ status: 'COMPLETED', tasksAre: { v__1: 'COMPLETED', v__2: 'COMPLETED', v__3: undefined } },
  },
  {
    rule: 'DO_WHILE over items runs once for each, with item and index',
    tasks: [
      loop(
        'l',
        [script('a', '$.item + $.index', { item: '${l.output.loopItem}', index: '${l.output.loopIndex}' })],
        {
          items: '${workflow.input.items}',
        },
      ),
    ],
    more: { outputParameters: { first: '${l.output.1.a.result}', second: '${l.output.2.a.result}' } },
    ...{ input: { items: ['x', 'y'] }, status: 'COMPLETED', output: { first: 'x0', second: 'y1' } },
  },
  {
    rule: 'DO_WHILE over an empty list is done at iteration 0',
    tasks: [loop('l', [log('a')], { items: '${workflow.input.items}' })],
    ...{ input: { items: [] }, status: 'COMPLETED', output: { iteration: 0 }, tasksAre: { a__1: undefined } },
  },
  {
    rule: 'a condition beside items ends the loop early',
    tasks: [
      loop('l', [log('a')], { items: '${workflow.input.items}', loopCondition: "$.l['iteration'] < 2" }),
    ],
    ...{ input: { items: [1, 2, 3] }, status: 'COMPLETED', tasksAre: { a__2: 'COMPLETED', a__3: undefined } },
  },
  {
    rule: 'keepLastN keeps that many iterations',
    tasks: [
      loop('l', [script('a', '$.i', { i: '${l.output.iteration}' })], {
        ...{ loopCondition: "$.l['iteration'] < 4", inputParameters: { keepLastN: 2 } },
      }),
    ],
    more: { outputParameters: { gone: '${l.output.2}', kept: '${l.output.3.a.result}' } },
    ...{ status: 'COMPLETED', output: { gone: null, kept: 3 } },
  },
  {
    rule: 'WAIT in a loop waits once in each iteration',
    complaint: 'Netflix/conductor#3876',
    tasks: [loop('l', [wait('w', { duration: '1 seconds' })], { loopCondition: "$.l['iteration'] < 2" })],
    ...{ status: 'COMPLETED', tasksAre: { w__1: 'COMPLETED', w__2: 'COMPLETED', w__3: undefined } },
  },
  {
    rule: 'a task in a loop that fails, fails the loop',
    tasks: [loop('l', [http('a')], { loopCondition: "$.l['iteration'] < 3" })],
    ...{
      answers: { a__1: [500] },
      status: 'FAILED',
      tasksAre: { a__1: 'FAILED', l: 'FAILED', a__2: undefined },
    },
  },
  {
    rule: 'a parallel loop runs its items beside each other, and all of them with onError collect',
    tasks: [
      loop('l', [http('a')], {
        ...{ items: '${workflow.input.items}' },
        metadata: { executionMode: 'parallel', maxParallelism: 2, onError: 'collect' },
      }),
    ],
    answers: { a__2: [{ status: 500, body: 'no' }] },
    ...{ input: { items: [1, 2, 3] }, status: 'FAILED', reason: 'a__2: no' },
    tasksAre: { a__1: 'COMPLETED', a__2: 'FAILED', a__3: 'COMPLETED', l: 'FAILED' },
  },
  {
    rule: 'a fork in a loop has its own branches in each iteration',
    complaint: 'conductor-oss/conductor#1256',
    tasks: [
      loop('l', [fork('f', [[log('a')], [log('b')]]), join('j', 'a', 'b')], {
        loopCondition: "$.l['iteration'] < 2",
      }),
      log('after'),
    ],
    ...{ status: 'COMPLETED', tasksAre: { a__2: 'COMPLETED', j__2: 'COMPLETED', after: 'COMPLETED' } },
  },
  {
    rule: 'SUB_WORKFLOW has the output of its run, and its id',
    tasks: [sub('s', 'child', { x: 4 })],
    more: { outputParameters: { y: '${s.output.y}' } },
    definitions: {
      child: { name: 'child', tasks: [log('a')], outputParameters: { y: '${workflow.input.x}' } },
    },
    ...{ status: 'COMPLETED', output: { y: 4 } },
  },
  {
    rule: 'SUB_WORKFLOW takes a definition as it is written',
    tasks: [
      task('SUB_WORKFLOW', 's', {
        subWorkflowParam: {
          name: 'x',
          workflowDefinition: { name: 'written', tasks: [script('a', '6 * 7')] },
        },
      }),
    ],
    more: { outputParameters: { r: '${s.output.result}' } },
    ...{ status: 'COMPLETED', output: { r: 42 } },
  },
  {
    rule: 'a sub-workflow that fails, fails its task and the run',
    tasks: [sub('s', 'child')],
    definitions: { child: { name: 'child', tasks: [end('e', 'FAILED', 'no route')] } },
    ...{ status: 'FAILED', reason: 'no route', tasksAre: { s: 'FAILED' } },
  },
  {
    rule: 'a sub-workflow that is terminated, terminates the run',
    tasks: [sub('s', 'child')],
    definitions: { child: { name: 'child', tasks: [end('e', 'TERMINATED', 'enough')] } },
    ...{ status: 'TERMINATED', tasksAre: { s: 'CANCELED' } },
  },
  {
    rule: 'TERMINATE ends the run with its own output, and every branch with it',
    tasks: [
      fork('f', [
        [wait('w', { duration: '1h' })],
        [wait('v', { duration: '1s' }), end('e', 'COMPLETED', 'done', { x: 1 })],
      ]),
      ...[join('j', 'w'), log('after')],
    ],
    ...{
      status: 'COMPLETED',
      output: { x: 1 },
      tasksAre: { w: 'CANCELED', e: 'COMPLETED', after: undefined },
    },
  },
  {
    rule: 'TERMINATE wraps an output that is no object',
    tasks: [end('e', 'COMPLETED', '', 'text')],
    ...{ status: 'COMPLETED', output: { output: 'text' } },
  },
  {
    rule: 'startDelay comes before the task',
    tasks: [{ ...log('a'), startDelay: 1 }, log('b')],
    ...{ status: 'COMPLETED', tasksAre: { a: 'COMPLETED', b: 'COMPLETED' }, took: 1000 },
  },
  {
    rule: 'timeoutSeconds with TIME_OUT_WF ends a run that takes longer',
    tasks: [wait('w', { duration: '1h' }), log('after')],
    more: { timeoutSeconds: 3, timeoutPolicy: 'TIME_OUT_WF' },
    ...{ status: 'TIMED_OUT', tasksAre: { w: 'CANCELED', after: undefined }, took: 3000 },
  },
  {
    rule: 'timeoutSeconds with ALERT_ONLY only warns',
    tasks: [wait('w', { duration: '2s' })],
    ...{ more: { timeoutSeconds: 1 }, status: 'COMPLETED' },
  },
  {
    rule: 'WAIT until a time that has passed is done at once',
    tasks: [wait('w', { until: '2020-01-01 00:00 GMT' })],
    status: 'COMPLETED',
  },
  {
    rule: 'a duration that is found out to be none at run time is a terminal error',
    tasks: [wait('w', { duration: '${workflow.input.d}' })],
    ...{ input: { d: 'soon' }, status: 'FAILED', tasksAre: { w: 'FAILED_WITH_TERMINAL_ERROR' } },
  },
  {
    rule: 'continueOnFailure in plain Conductor: optional branches, a count, a SWITCH, TERMINATE',
    tasks: [
      fork('f', [[http('a', { optional: true })], [http('b', { optional: true })]]),
      join('j', 'a', 'b'),
      script(
        'failed',
        '[$.a, $.b].filter((status) => status !== "COMPLETED").length > 0 && !$.goOn ? "stop" : "go"',
        {
          ...{ a: '${a.status}', b: '${b.status}', goOn: '${workflow.input.continueOnFailure}' },
        },
      ),
      choose('s', '${failed.output.result}', { stop: [end('e', 'FAILED', 'a or b has failed')] }),
      log('second'),
    ],
    ...{ answers: { a: [500] }, input: { continueOnFailure: false } },
    ...{ status: 'FAILED', reason: 'a or b has failed', tasksAre: { b: 'COMPLETED', second: undefined } },
  },
];
