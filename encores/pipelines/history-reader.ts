// A run from its Event History: the interpreter goes through it once more, and is told what has happened. So a run can be shown
// while no Worker is there to answer a Query.
import { setImmediate as turn } from 'node:timers/promises';
import {
  CancelledFailure,
  defaultFailureConverter,
  defaultPayloadConverter,
  type Payload,
  TerminatedFailure,
} from '@temporalio/common';
import { toDate } from '../../hello-ip/web/progress.ts';
import type { HistoryEvent, Reader } from '../support/cursor.ts';
import { childFailure, taskFailure } from './failures.ts';
import type { Host } from './host.ts';
import { interpret } from './interpreter.ts';
import type { Json, JsonObject } from './json.ts';
import type { PipelineInput, TaskFailure } from './pipeline.ts';
import { CANCELLED, type Completion, createRun, endRun, type Run, type Seen, seenOf } from './run.ts';

/** What the Event History says about a run. */
export interface Told extends Seen {
  given: PipelineInput;
  /** Milliseconds since 1970. */
  startedAt: number;
  endedAt?: number;
  /** The run ID of the history in which it goes on. */
  continuedAs?: string;
  /** Why the interpreter could not follow it to here: a run of another version of the interpreter, most likely. */
  trouble?: string;
}

type Failure = Parameters<typeof defaultFailureConverter.failureToError>[0];

/** What the interpreter waits for: an Activity, a Timer, or a child. */
interface Asked {
  resolve(value: Json): void;
  reject(failure: TaskFailure): void;
}

/**
 * Reads events one after the other. What has happened since the last Workflow Task is held back until the next one is
 * completed, because only then has the Workflow heard of it.
 */
export class HistoryReader implements Reader<Told> {
  #workflowId: string;
  #run: Run | undefined;
  #startedAt = 0;
  #endedAt: number | undefined;
  #continuedAs: string | undefined;
  #hasBegun = false;
  /** When the last Workflow Task began: the Workflow's now. */
  #now = 0;
  #isLong = false;
  #signals: ((run: Run) => void)[] = [];
  #answers: (() => void)[] = [];
  /** Asked for, and not yet in the history: "activity a", "timer a", "child run.a"; the same may be asked for again. */
  #asked = new Map<string, Asked[]>();
  /** In the history, by the event that began it. */
  #underWay = new Map<string, Asked>();
  #conditions: { isSo(): boolean; resolve(): void }[] = [];

  constructor(workflowId: string) {
    this.#workflowId = workflowId;
  }

  told(): Told | undefined {
    if (!this.#run) return undefined;
    const { given, bug } = this.#run;
    const times = { startedAt: this.#startedAt, endedAt: this.#endedAt, continuedAs: this.#continuedAs };
    return { ...seenOf(this.#run), given, ...times, trouble: bug?.message };
  }

  async add(event: HistoryEvent): Promise<void> {
    const at = toDate(event.eventTime)?.getTime() ?? 0;
    this.#readStart(event, at);
    if (!this.#run) return;
    if (event.workflowTaskCompletedEventAttributes) await this.#hear();
    this.#readAsked(event);
    this.#readAnswer(event);
    this.#readSignal(event);
    this.#readEnd(event, at, this.#run);
  }

  #readStart(event: HistoryEvent, at: number): void {
    const started = event.workflowExecutionStartedEventAttributes;
    if (started?.workflowType?.name === 'pipeline') {
      this.#now = at;
      const given = read(started.input) as unknown as PipelineInput;
      this.#startedAt = given.carried?.startedAt ?? at;
      this.#run = createRun(this.#host(), given);
    }
    const task = event.workflowTaskStartedEventAttributes;
    if (!task) return;
    this.#now = at;
    this.#isLong = Boolean(task.suggestContinueAsNew);
  }

  /** What the Workflow did in the Workflow Task that is now completed: Signals come first, as they do there. */
  async #hear(): Promise<void> {
    if (!this.#hasBegun) this.#run = createRun(this.#host(), (this.#run as Run).given);
    const run = this.#run as Run;
    for (const signal of this.#signals.splice(0)) signal(run);
    // The error is in `run.bug` by then.
    if (!this.#hasBegun) interpret(run).catch(() => {});
    this.#hasBegun = true;
    await this.#settle();
    for (const answer of this.#answers.splice(0)) answer();
    await this.#settle();
  }

  /** Until nothing goes on by itself. */
  async #settle(): Promise<void> {
    for (;;) {
      await turn();
      const met = this.#conditions.filter(({ isSo }) => isSo());
      if (met.length === 0) return;
      this.#conditions = this.#conditions.filter((condition) => !met.includes(condition));
      for (const { resolve } of met) resolve();
    }
  }

  #readAsked(event: HistoryEvent): void {
    const activity = event.activityTaskScheduledEventAttributes?.activityId;
    const child = event.startChildWorkflowExecutionInitiatedEventAttributes?.workflowId;
    const summary = event.timerStartedEventAttributes && read({ payloads: [event.userMetadata?.summary] });
    const key = activity ? `activity ${activity}` : child ? `child ${child}` : `timer ${summary}`;
    const asked = this.#asked.get(key)?.shift();
    if (asked) this.#underWay.set(String(event.eventId), asked);
  }

  #readAnswer(event: HistoryEvent): void {
    const { eventId, answer } = answerIn(event) ?? {};
    const asked = this.#underWay.get(String(eventId));
    if (asked && answer) this.#answers.push(() => answer(asked));
  }

  #readSignal(event: HistoryEvent): void {
    if (event.workflowExecutionCancelRequestedEventAttributes)
      this.#signals.push((run) => endRun(run, CANCELLED));
    const signal = event.workflowExecutionSignaledEventAttributes;
    if (signal?.signalName === 'pause') this.#signals.push((run) => setPaused(run, true));
    if (signal?.signalName === 'resume') this.#signals.push((run) => setPaused(run, false));
    if (signal?.signalName !== 'completeTask') return;
    const completion = read(signal.input) as unknown as Completion;
    this.#signals.push((run) => void run.completions.set(completion.ref, completion));
  }

  #readEnd(event: HistoryEvent, at: number, run: Run): void {
    const terminated = event.workflowExecutionTerminatedEventAttributes;
    const reason = terminated?.reason || 'Terminated from outside';
    if (terminated) endRun(run, { status: 'TERMINATED', output: {}, reason });
    const isEnd =
      terminated ??
      event.workflowExecutionCompletedEventAttributes ??
      event.workflowExecutionFailedEventAttributes ??
      event.workflowExecutionCanceledEventAttributes ??
      event.workflowExecutionTimedOutEventAttributes;
    if (isEnd) this.#endedAt = at;
    this.#continuedAs = event.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId ?? undefined;
  }

  #ask(key: string): { promise: Promise<Json>; forget: () => void } {
    const all = this.#asked.get(key) ?? [];
    this.#asked.set(key, all);
    const { promise, ...asked } = withResolvers();
    all.push(asked);
    const forget = () => {
      if (all.includes(asked)) all.splice(all.indexOf(asked), 1);
    };
    return { promise, forget };
  }

  #host(): Host {
    const until = (isSo: () => boolean) =>
      new Promise<void>((resolve) => void this.#conditions.push({ isSo, resolve }));
    return {
      workflowId: this.#workflowId,
      now: () => this.#now,
      perform: ({ id }) => this.#ask(`activity ${id}`).promise as Promise<JsonObject>,
      runChild: (workflowId) => this.#ask(`child ${workflowId}`).promise,
      wait: async (id, _milliseconds, isOff = () => false) => {
        const { promise, forget } = this.#ask(`timer ${id}`);
        await Promise.race([promise, until(isOff)]);
        forget();
      },
      until,
      isHistoryLong: () => this.#isLong,
      warn: () => {},
    };
  }
}

function setPaused(run: Run, isPaused: boolean): void {
  run.isPaused = isPaused;
}

/** What an event answers, and the event in which it was asked for. */
function answerIn(event: HistoryEvent): { eventId: unknown; answer(asked: Asked): void } | undefined {
  const fired = event.timerFiredEventAttributes;
  if (fired) return { eventId: fired.startedEventId, answer: ({ resolve }) => resolve(null) };
  const done = event.activityTaskCompletedEventAttributes;
  if (done) return { eventId: done.scheduledEventId, answer: ({ resolve }) => resolve(read(done.result)) };
  const failed = event.activityTaskFailedEventAttributes ?? event.activityTaskTimedOutEventAttributes;
  const canceled = event.activityTaskCanceledEventAttributes;
  const undone = failed ?? canceled;
  if (undone) {
    const cause = failed ? errorOf(failed.failure) : new CancelledFailure('Cancelled');
    return { eventId: undone.scheduledEventId, answer: ({ reject }) => reject(taskFailure(cause)) };
  }
  return childAnswerIn(event);
}

function childAnswerIn(event: HistoryEvent): ReturnType<typeof answerIn> {
  const done = event.childWorkflowExecutionCompletedEventAttributes;
  if (done) return { eventId: done.initiatedEventId, answer: ({ resolve }) => resolve(read(done.result)) };
  const failed = event.childWorkflowExecutionFailedEventAttributes;
  const canceled = event.childWorkflowExecutionCanceledEventAttributes;
  const terminated = event.childWorkflowExecutionTerminatedEventAttributes;
  const undone = failed ?? canceled ?? terminated;
  if (!undone) return undefined;
  const cut = canceled ? new CancelledFailure('Cancelled') : new TerminatedFailure('Terminated');
  const cause = failed ? errorOf(failed.failure) : cut;
  return { eventId: undone.initiatedEventId, answer: ({ reject }) => reject(childFailure(cause)) };
}

/** The value of the first payload. */
function read(payloads: { payloads?: (Payload | null | undefined)[] | null } | null | undefined): JsonObject {
  const [payload] = payloads?.payloads ?? [];
  return (payload ? defaultPayloadConverter.fromPayload(payload) : null) as JsonObject;
}

function errorOf(failure: Failure | null | undefined): Error | undefined {
  return failure ? defaultFailureConverter.failureToError(failure, defaultPayloadConverter) : undefined;
}

/** Promise.withResolvers, which Node 20 does not have. */
function withResolvers(): Asked & { promise: Promise<Json> } {
  let asked: Asked | undefined;
  const promise = new Promise<Json>((resolve, reject) => {
    asked = { resolve, reject };
  });
  return { promise, ...(asked as unknown as Asked) };
}
