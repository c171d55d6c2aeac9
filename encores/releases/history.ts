// The state of a release from its Event History and the plan in it: it can be read while no Worker is there to answer a Query.
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { toDate } from '../../hello-ip/web/progress.ts';
import type { HistoryEvent, Reader } from '../support/cursor.ts';
import { type Plan, readPlan } from './plan.ts';
import * as trees from './tree.ts';

type Failure = { message?: string | null; cause?: Failure | null };

/** What the Event History says about a release. */
export interface Told {
  plan: Plan;
  tree: trees.TreeNode;
  /** Milliseconds since 1970. */
  startedAt: number;
  endedAt?: number;
  /** Its cancellation was asked for, by the Signal or from outside. */
  isCancelAsked: boolean;
}

/**
 * Reads events one after the other, and tells the tree by the rules of workflow.ts, in the same reducer. Its times are
 * those that the Workflow sees: an app that was deployed has been running since the Workflow Task that heard of it.
 */
export class HistoryReader implements Reader<Told> {
  #told: Told | undefined;
  #order: trees.TreeNode[] = [];
  #begun = 0;
  /** When the last Workflow Task that was completed had started: the Workflow's now. */
  #now: number | undefined;
  #taskStarted = 0;
  #appOf = new Map<string, string>();
  /** What has happened since the last Workflow Task. */
  #unheard: trees.Change[] = [];

  /** What was told so far; undefined if this is not the history of a release. */
  told(): Told | undefined {
    return this.#told && { ...this.#told, tree: this.#unheard.reduce(trees.changed, this.#told.tree) };
  }

  add(event: HistoryEvent): void {
    const at = toDate(event.eventTime)?.getTime() ?? 0;
    if (event.workflowExecutionStartedEventAttributes)
      this.#begin(event.workflowExecutionStartedEventAttributes.input?.payloads?.[0], at);
    if (!this.#told) return;
    if (event.workflowTaskStartedEventAttributes) this.#taskStarted = at;
    if (event.workflowTaskCompletedEventAttributes) this.#hear(this.#told);
    if (event.timerStartedEventAttributes) this.#deployNext();
    this.#readActivity(event, at);
    this.#readCancel(event, this.#told);
    this.#readEnd(event, at, this.#told);
  }

  #begin(payload: Payload | undefined, startedAt: number): void {
    if (!payload) return;
    try {
      const plan = readPlan(defaultPayloadConverter.fromPayload(payload));
      const tree = trees.newTree(plan, startedAt);
      this.#told = { plan, tree, startedAt, isCancelAsked: false };
      this.#order = trees.inOrder(tree);
    } catch {
      // Somebody else's Workflow of the same name.
    }
  }

  #hear(told: Told): void {
    if (this.#now === undefined) told.tree = trees.newTree(told.plan, this.#taskStarted);
    this.#now = this.#taskStarted;
    for (const change of this.#unheard.splice(0)) this.#change({ ...change, at: this.#now });
  }

  #change(change: trees.Change): void {
    if (this.#told) this.#told.tree = trees.changed(this.#told.tree, change);
  }

  #deployNext(): string {
    const id = this.#order[this.#begun++]?.id ?? '';
    this.#change({ id, state: 'deploying', at: this.#now ?? 0 });
    return id;
  }

  #readActivity(event: HistoryEvent, at: number): void {
    const scheduled = event.activityTaskScheduledEventAttributes?.activityType?.name;
    if (scheduled === 'deployApp') this.#appOf.set(String(event.eventId), this.#deployNext());
    if (scheduled === 'requestCancel') this.#cancel();
    const completed = event.activityTaskCompletedEventAttributes;
    const failed = event.activityTaskFailedEventAttributes ?? event.activityTaskTimedOutEventAttributes;
    const app = this.#appOf.get(String((completed ?? failed)?.scheduledEventId));
    if (!app) return;
    if (completed) this.#unheard.push({ id: app, state: 'running', at });
    else {
      const error = trees.deploymentFailed(app, rootOf(failed?.failure));
      this.#unheard.push({ id: app, state: 'failed', at, error });
    }
  }

  #readCancel(event: HistoryEvent, told: Told): void {
    const isSignal = event.workflowExecutionSignaledEventAttributes?.signalName === 'cancelRelease';
    if (isSignal || event.workflowExecutionCancelRequestedEventAttributes) told.isCancelAsked = true;
  }

  #cancel(): void {
    if (this.#told) this.#told.tree = trees.cancelled(this.#told.tree, this.#now ?? 0);
  }

  #readEnd(event: HistoryEvent, at: number, told: Told): void {
    if (event.workflowExecutionCanceledEventAttributes) this.#cancel();
    const error = endedBy(event);
    if (error === undefined) return;
    told.endedAt = at;
    for (const change of this.#unheard.splice(0)) this.#change(change); // no Workflow Task will hear of it
    if (!trees.isOver(told.tree)) this.#change({ id: told.plan.id, state: 'failed', at, error });
  }
}

/** Why this event ends the execution, nothing that went wrong included; undefined if it does not end it. */
function endedBy(event: HistoryEvent): string | undefined {
  if (event.workflowExecutionCompletedEventAttributes || event.workflowExecutionCanceledEventAttributes)
    return '';
  const failed = event.workflowExecutionFailedEventAttributes;
  if (failed) return rootOf(failed.failure) ?? 'The Workflow Execution failed';
  const terminated = event.workflowExecutionTerminatedEventAttributes;
  if (terminated) return `Terminated from outside: ${terminated.reason || 'no reason was given'}`;
  return event.workflowExecutionTimedOutEventAttributes ? 'The Workflow Execution timed out' : undefined;
}

function rootOf(failure: Failure | null | undefined): string | undefined {
  return failure?.cause ? rootOf(failure.cause) : (failure?.message ?? undefined);
}
