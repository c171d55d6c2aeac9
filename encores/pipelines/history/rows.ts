// A run as rows of the history: what its Event History tells, in the columns of the tables.
import { type Box, boxesOf } from '../boxes.ts';
import type { RunTree } from '../follow.ts';
import { asList, type Json } from '../json.ts';

/** A row of workflow_runs. */
export interface RunRow {
  id: string;
  definition_name: string;
  definition_version: number;
  status: string;
  input: Json;
  output: Json;
  error: string | null;
  correlation_id: string | null;
  parent_run_id: string | null;
  started_at: Date;
  ended_at: Date | null;
}

/** A row of step_executions. */
export interface StepRow {
  run_id: string;
  /** The id of the task, with its iteration. */
  step_id: string;
  reference: string;
  name: string;
  step_type: string;
  status: string;
  /** The place among the steps of the run, by when they began; from 1. */
  execution_order: number;
  attempts: number;
  input: Json;
  output: Json;
  error: string | null;
  started_at: Date;
  ended_at: Date | null;
  /** The fork, loop or switch that it is inside of. */
  parent_step_id: string | null;
  condition_expression: string | null;
  condition_result: string | null;
  branch_taken: string | null;
  loop_collection_size: number | null;
  /** From 0; of a step in a loop. */
  loop_iteration_index: number | null;
  loop_execution_mode: string | null;
}

export interface Rows {
  definition: { name: string; version: number; definition: Json };
  run: RunRow;
  steps: StepRow[];
}

/** The rows of a run; its sub-workflows have their own. */
export function rowsOf(run: RunTree): Rows {
  const { definition, input, correlationId, parentWorkflowId } = run.given;
  const { name, version } = definition;
  const places = placesIn(boxesOf({ ...run, children: new Map() }));
  return {
    definition: { name, version, definition: definition as unknown as Json },
    run: {
      ...{ id: run.workflowId, definition_name: name, definition_version: version, status: run.status },
      ...{ input, output: run.outcome?.output ?? null, error: run.outcome?.reason ?? null },
      ...{ correlation_id: correlationId ?? null, parent_run_id: parentWorkflowId ?? null },
      ...{ started_at: new Date(run.startedAt), ended_at: dateOf(run.endedAt) },
    },
    steps: run.tasks.map((task, index) => {
      const { id, ref, type, iteration } = task;
      return {
        ...{ run_id: run.workflowId, step_id: id, reference: ref, name: task.name, step_type: type },
        ...{ status: task.status, execution_order: index + 1, attempts: task.retryCount + 1 },
        ...{ input: task.input, output: task.output, error: task.reason ?? null },
        ...{ started_at: new Date(task.startTime), ended_at: dateOf(task.endTime) },
        parent_step_id: places.get(id)?.parent ?? null,
        ...conditionOf(places.get(id)?.box),
        ...loopOf(places.get(id)?.box),
        loop_iteration_index: iteration > 0 ? iteration - 1 : null,
      };
    }),
  };
}

interface Place {
  box: Box;
  /** The id of the box that it is inside of. */
  parent?: string;
}

/** Where each task is, by its id; what is inside of a sub-workflow is in another run. */
function placesIn(boxes: readonly Box[], parent?: string): Map<string, Place> {
  const places = new Map<string, Place>();
  for (const box of boxes) {
    places.set(box.id, { box, parent });
    const inner = box.task.type === 'SUB_WORKFLOW' ? [] : box.lanes;
    for (const lane of inner) for (const [id, place] of placesIn(lane.boxes, box.id)) places.set(id, place);
  }
  return places;
}

function conditionOf(box?: Box): Pick<StepRow, 'condition_expression' | 'condition_result' | 'branch_taken'> {
  const { task, run, lanes = [] } = box ?? {};
  const isLoop = task?.type === 'DO_WHILE';
  const result = run?.output.selectedCase;
  return {
    condition_expression: (isLoop ? task.loopCondition : task?.expression) ?? null,
    condition_result: result === undefined ? null : String(result),
    branch_taken: lanes.find(({ isTaken }) => isTaken)?.title ?? null,
  };
}

function loopOf(box?: Box): Pick<StepRow, 'loop_collection_size' | 'loop_execution_mode'> {
  if (box?.task.type !== 'DO_WHILE') return { loop_collection_size: null, loop_execution_mode: null };
  const items = box.run?.input._items;
  return {
    loop_collection_size: items === undefined ? null : asList(items).length,
    loop_execution_mode: box.task.metadata.executionMode ?? 'sequential',
  };
}

function dateOf(at?: number): Date | null {
  return at === undefined ? null : new Date(at);
}
