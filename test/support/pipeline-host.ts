// Runs a pipeline in this process, with answers that were agreed on and a clock that jumps: milliseconds for a day of waiting.
import { setImmediate as turn } from 'node:timers/promises';
import { checkDefinition, inWords } from '../../encores/pipelines/check.ts';
import type { Definition, TaskDefinition } from '../../encores/pipelines/format.ts';
import type { Call, Host } from '../../encores/pipelines/host.ts';
import { interpret } from '../../encores/pipelines/interpreter.ts';
import { asObject, type Json, type JsonObject } from '../../encores/pipelines/json.ts';
import { type Outcome, type PipelineInput, TaskFailure } from '../../encores/pipelines/pipeline.ts';
import { createRun, type Run } from '../../encores/pipelines/run.ts';
import { evaluate, wrongScript } from '../../encores/pipelines/scripts.ts';

/** What one request is answered with; a number is a status, with the status as its body. */
export type HttpAnswer = number | { status: number; body: Json };

export interface Given {
  definition: unknown;
  definitions?: Record<string, unknown>;
  taskDefinitions?: Record<string, TaskDefinition>;
  input?: JsonObject;
  /** By task id: one after the other, the last of them for ever. */
  answers?: Record<string, HttpAnswer[]>;
}

export interface Result {
  outcome?: Outcome;
  run: Run;
  /** Milliseconds that the clock has jumped. */
  took: number;
  /** The ids of the tasks that had an Activity, in order. */
  calls: string[];
  warnings: string[];
  /** How many histories it took. */
  histories: number;
}

/** @throws an Error with the findings when a definition is refused */
export async function read(json: unknown): Promise<Definition> {
  const { value, findings } = await checkDefinition(json, { find: () => undefined, wrongScript });
  if (value) return value;
  throw new Error(findings.map(inWords).join('\n'));
}

/** Gives the answers of each key one after the other, the last of them for ever; without any, 200. */
export function answersInTurn() {
  const asked = new Map<string, number>();
  return (key: string, answers: HttpAnswer[] = [200]): { status: number; body: Json } => {
    const index = asked.get(key) ?? 0;
    asked.set(key, index + 1);
    const answer = answers[Math.min(index, answers.length - 1)] ?? 200;
    return typeof answer === 'number' ? { status: answer, body: String(answer) } : answer;
  };
}

/** Runs it until it ends, or until nothing can go on. */
export async function runInProcess(given: Given): Promise<Result> {
  const definition = await read(given.definition);
  const definitions: Record<string, Definition> = {};
  for (const [key, json] of Object.entries(given.definitions ?? {})) definitions[key] = await read(json);
  const { taskDefinitions = {}, input = {} } = given;
  return runWith({ definition, definitions, taskDefinitions, input }, given, 'run');
}

async function runWith(start: PipelineInput, given: Given, workflowId: string): Promise<Result> {
  let now = 0;
  let busy = 0;
  const calls: string[] = [];
  const warnings: string[] = [];
  const next = answersInTurn();
  const timers: { at: number; isOff(): boolean; resolve(): void }[] = [];
  const conditions: { isSo(): boolean; resolve(): void }[] = [];

  async function perform({ id, activity, input: asked }: Call): Promise<JsonObject> {
    calls.push(id);
    busy += 1;
    try {
      if (activity === 'printMessage') return {};
      if (activity === 'callHttp') return answer(id);
      if (activity === 'readDefinition')
        return { definition: await read(asked.definition), definitions: {}, taskDefinitions: {} } as never;
      const { value, error } = await evaluate(String(asked.script), asObject(asked.scope));
      if (error === undefined) return { result: value };
      throw new TaskFailure(error, { status: 'FAILED_WITH_TERMINAL_ERROR', output: { error } });
    } finally {
      busy -= 1;
    }
  }

  function answer(id: string): JsonObject {
    const { status, body } = next(id, given.answers?.[id]);
    const output = { response: { statusCode: status, body } };
    if (status < 300) return output;
    throw new TaskFailure(String(body), { output });
  }

  const host: Host = {
    workflowId,
    now: () => now,
    perform,
    until: (isSo) => new Promise((resolve) => void conditions.push({ isSo, resolve })),
    wait: (_, milliseconds, isOff = () => false) =>
      new Promise((resolve) => void timers.push({ at: now + milliseconds, isOff, resolve })),
    async runChild(id, input) {
      busy += 1;
      const child = await runWith(input, given, id);
      busy -= 1;
      now += child.took;
      calls.push(...child.calls.map((call) => `${id}/${call}`));
      const { status, output, reason } = child.outcome ?? {
        status: 'FAILED' as const,
        output: {},
        reason: 'stuck',
      };
      if (status === 'COMPLETED') return output;
      const statuses = { FAILED: 'FAILED', TIMED_OUT: 'TIMED_OUT', TERMINATED: 'CANCELED' } as const;
      throw new TaskFailure(reason ?? '', { status: statuses[status], output: asObject(output) });
    },
    isHistoryLong: () => calls.length > 20 * histories,
    warn: (message) => void warnings.push(message),
  };

  let histories = 1;
  let run = createRun(host, start);
  let ending = interpret(run);
  for (;;) {
    await settle();
    if (run.next) {
      // What continue-as-new hands over is JSON.
      run = createRun(host, JSON.parse(JSON.stringify(run.next)));
      histories += 1;
      timers.length = 0;
      conditions.length = 0;
      ending = interpret(run);
    } else if (run.outcome) {
      await settle();
      return { outcome: await ending, run, took: now, calls, warnings, histories };
    } else {
      const [timer] = timers.toSorted((a, b) => a.at - b.at);
      if (!timer) return { run, took: now, calls, warnings, histories };
      now = Math.max(now, timer.at);
      fire(timer);
    }
  }

  /** Until nothing goes on by itself. */
  async function settle(): Promise<void> {
    for (;;) {
      await turn();
      const met = conditions.filter(({ isSo }) => isSo());
      for (const condition of met) {
        conditions.splice(conditions.indexOf(condition), 1);
        condition.resolve();
      }
      const off = timers.filter(({ isOff }) => isOff());
      for (const timer of off) fire(timer);
      if (met.length === 0 && off.length === 0 && busy === 0) return;
    }
  }

  function fire(timer: (typeof timers)[number]): void {
    timers.splice(timers.indexOf(timer), 1);
    timer.resolve();
  }
}
