// A pipeline as nested boxes, which page, terminal and history all show: what its definition says, and what a run has made of it.
import type { State } from '../../hello-ip/web/vocabulary.ts';
import { bareTask, keyOf } from './definition.ts';
import { asText } from './expressions.ts';
import type { AtHand, RunTree } from './follow.ts';
import type { Definition, Task } from './format.ts';
import { asList, asObject, type Json, type JsonObject } from './json.ts';
import type { TaskRun } from './pipeline.ts';

/** What is known of a run; of a definition alone, nothing but the definitions that it names. */
export type Known = Partial<Omit<RunTree, 'given'>> & {
  given: { definition: Definition; definitions: Record<string, Definition> };
};

/** A task with what is inside of it. */
export interface Box {
  /** Unique among all boxes of a run, those of its sub-workflows too: "run._deploy_wave_0__1/provision". */
  key: string;
  id: string;
  /** Its reference, or what tells it from its siblings in a dynamic fork. */
  title: string;
  task: Task;
  state: State;
  /** "running, attempt 2", "not reached" */
  word: string;
  /** "3 of 5" of a loop. */
  note?: string;
  run?: TaskRun;
  atHand?: AtHand;
  /** The lists of boxes inside, beside each other in a fork, below each other elsewhere. */
  lanes: Lane[];
  /** The run that it belongs to; "" in a definition alone. */
  within: string;
  /** The run that it is, if it is a sub-workflow. */
  workflowId?: string;
}

export interface Lane {
  /** The case of a SWITCH, the iteration of a loop; "" for the branch of a fork. */
  title: string;
  /** Whether the run has gone this way, or will; undefined if that is not decided. */
  isTaken?: boolean;
  boxes: Box[];
}

/** The boxes of the main line, in order. */
export function boxesOf(known: Known): Box[] {
  return new Drawing(known).boxes(known.given.definition.tasks, '');
}

/** A box and all inside of it, from the outside in; without the ways that the run has not gone. */
export function allBoxes(boxes: readonly Box[]): Box[] {
  return boxes.flatMap(({ lanes, ...box }) => {
    const gone = lanes.filter(({ isTaken }) => isTaken !== false);
    return [{ ...box, lanes }, ...gone.flatMap((lane) => allBoxes(lane.boxes))];
  });
}

/** Whether it shows what is in it: a sub-workflow folds while nothing in it runs, is tried again or has gone wrong. */
export function isOpen(box: Box): boolean {
  return box.task.type !== 'SUB_WORKFLOW' || isNews(box);
}

function isNews(box: Box): boolean {
  if (box.state !== 'done' && box.state !== 'waiting') return true;
  return box.lanes.some(({ boxes }) => boxes.some(isNews));
}

class Drawing {
  #known: Known;
  #tasks: Map<string, TaskRun>;

  constructor(known: Known) {
    this.#known = known;
    this.#tasks = new Map(known.tasks?.map((task) => [task.id, task]));
  }

  boxes(tasks: readonly Task[], suffix: string): Box[] {
    return tasks.map((task) => this.#box(task, suffix));
  }

  #box(task: Task, suffix: string, title = task.taskReferenceName): Box {
    const { workflowId = '', atHand } = this.#known;
    const id = task.taskReferenceName + suffix;
    const run = this.#tasks.get(id);
    const lanes = this.#lanes(task, suffix, run);
    const box = {
      key: `${workflowId}/${id}`,
      within: workflowId,
      id,
      title,
      task,
      run,
      atHand: atHand?.get(id),
      lanes,
    };
    const child = task.type === 'SUB_WORKFLOW' && run ? { workflowId: `${workflowId}.${id}` } : {};
    const standing = isFork(task) && run?.status === 'COMPLETED' ? standingOfBranches(lanes) : undefined;
    return { ...box, ...child, ...(standing ?? this.#standing(box)), note: noteOf(box) };
  }

  #lanes(task: Task, suffix: string, run?: TaskRun): Lane[] {
    if (task.type === 'FORK_JOIN') return task.forkTasks.map((tasks) => this.#lane('', tasks, suffix));
    if (task.type === 'FORK_JOIN_DYNAMIC') return this.#forked(task, suffix, run);
    if (task.type === 'SWITCH') return this.#cases(task, suffix, run);
    if (task.type === 'DO_WHILE') return this.#iterations(task, run);
    return task.type === 'SUB_WORKFLOW' ? this.#child(task, suffix, run) : [];
  }

  #lane(title: string, tasks: readonly Task[], suffix: string, isTaken?: boolean): Lane {
    return { title, isTaken, boxes: this.boxes(tasks, suffix) };
  }

  #cases(task: Task, suffix: string, run?: TaskRun): Lane[] {
    const taken = run?.output.selectedCase;
    const cases = Object.entries(task.decisionCases);
    const isKnown = cases.some(([name]) => name === taken);
    const all = [...cases, ['default', task.defaultCase] as const];
    return all.map(([title, tasks], index) => {
      const isDefault = index === cases.length;
      const isTaken = taken === undefined ? undefined : isDefault ? !isKnown : title === taken;
      return this.#lane(title, tasks, suffix, isTaken);
    });
  }

  /** Every iteration that has begun; before the first, what one will be. */
  #iterations(task: Task, run?: TaskRun): Lane[] {
    const begun = [...this.#tasks.values()].filter(({ ref }) => ref === task.loopOver[0]?.taskReferenceName);
    if (!run || begun.length === 0) return [this.#lane('each', task.loopOver, '__1')];
    return begun.map(({ iteration }) => this.#lane(String(iteration), task.loopOver, `__${iteration}`));
  }

  /** One branch for each task that was made when the fork began. */
  #forked({ inputParameters }: Task, suffix: string, run?: TaskRun): Lane[] {
    const { forkTaskWorkflow } = inputParameters;
    if (!run && forkTaskWorkflow) return [this.#eachBranch(String(forkTaskWorkflow), suffix)];
    const refs = asList(run?.output.forkedTasks).map(String);
    return refs.map((taskReferenceName) => {
      const forked = this.#tasks.get(taskReferenceName + suffix);
      const name = String(forkTaskWorkflow ?? forked?.name ?? taskReferenceName);
      const type = forked?.type ?? (forkTaskWorkflow ? 'SUB_WORKFLOW' : 'SIMPLE');
      const task = bareTask({ name, taskReferenceName, type, subWorkflowParam: { name } });
      return { title: '', boxes: [this.#box(task, suffix, labelOf(forked) ?? taskReferenceName)] };
    });
  }

  /** What a branch will be, before it is known how many there are. */
  #eachBranch(name: string, suffix: string): Lane {
    const task = bareTask({
      name,
      taskReferenceName: name,
      type: 'SUB_WORKFLOW',
      subWorkflowParam: { name },
    });
    return this.#lane('each', [task], suffix);
  }

  #child({ subWorkflowParam, taskReferenceName }: Task, suffix: string, run?: TaskRun): Lane[] {
    const child = this.#known.children?.get(taskReferenceName + suffix);
    if (child) return [{ title: '', boxes: boxesOf(child) }];
    const { definitions } = this.#known.given;
    const { name = '', version } = subWorkflowParam ?? {};
    const definition = definitions[keyOf(name, version)] ?? definitions[name];
    if (!definition || definition === this.#known.given.definition) return [];
    const workflowId = run && `${this.#known.workflowId}.${run.id}`;
    return [{ title: '', boxes: boxesOf({ workflowId, given: { definition, definitions } }) }];
  }

  #standing({ run, atHand }: Pick<Box, 'run' | 'atHand'>): { state: State; word: string } {
    if (!run) {
      const isOver = this.#known.outcome !== undefined;
      return { state: 'waiting', word: isOver ? 'not reached' : 'waiting' };
    }
    if (run.status in ENDS) return ENDS[run.status] as { state: State; word: string };
    const attempt = run.retryCount + (atHand?.attempt ?? 1);
    if (attempt > 1) return { state: 'retrying', word: `retrying, attempt ${attempt}` };
    if (atHand && !atHand.isRunning) return { state: 'paused', word: 'waits for a Worker' };
    return { state: 'running', word: isForSomebody(run) ? 'waits to be completed' : 'running' };
  }
}

/** It is done as soon as it has started its branches, so its own time says nothing. */
export function isFork({ type }: Task): boolean {
  return type === 'FORK_JOIN' || type === 'FORK_JOIN_DYNAMIC';
}

/** A fork is done once it has started its branches; people want to know whether those are. */
function standingOfBranches(lanes: readonly Lane[]): { state: State; word: string } {
  const states = lanes.map(({ boxes }) => stateOfLane(boxes));
  const running = states.filter((state) => state === 'running' || state === 'waiting').length;
  if (running > 0)
    return { state: 'running', word: `${running} ${running === 1 ? 'branch' : 'branches'} running` };
  const failed = states.filter((state) => state === 'failed').length;
  return failed > 0 ? { state: 'failed', word: `${failed} failed` } : { state: 'done', word: 'done' };
}

/** How the tasks of a lane stand together. */
export function stateOfLane(boxes: readonly Box[]): State {
  const states = boxes.map(({ state }) => state);
  if (states.includes('failed')) return 'failed';
  if (states.includes('cancelled')) return 'cancelled';
  if (states.every((state) => state === 'done')) return 'done';
  return states.every((state) => state === 'waiting') ? 'waiting' : 'running';
}

const LANES_SHOWN = 10;

/** The lanes to show: of a long loop the last ones, and those in which something is under way or went wrong. */
export function shownLanes({ task, lanes }: Pick<Box, 'task' | 'lanes'>): Lane[] {
  if (task.type !== 'DO_WHILE') return lanes;
  return lanes.filter(({ boxes }, index) => index >= lanes.length - LANES_SHOWN || boxes.some(isNews));
}

const ENDS: Partial<Record<TaskRun['status'], { state: State; word: string }>> = {
  COMPLETED: { state: 'done', word: 'done' },
  COMPLETED_WITH_ERRORS: { state: 'failed', word: 'done with errors' },
  FAILED: { state: 'failed', word: 'failed' },
  FAILED_WITH_TERMINAL_ERROR: { state: 'failed', word: 'failed' },
  TIMED_OUT: { state: 'failed', word: 'timed out' },
  CANCELED: { state: 'cancelled', word: 'cancelled' },
};

function isForSomebody({ type, input }: TaskRun): boolean {
  return type === 'WAIT' && !input.duration && !input.until;
}

/** What tells a branch from its siblings: the first text that it was given. */
function labelOf(run?: TaskRun): string | undefined {
  return Object.values(asObject(run?.input)).find((value): value is string => typeof value === 'string');
}

function noteOf({ task, run }: Pick<Box, 'task' | 'run'>): string | undefined {
  return task.type === 'DO_WHILE' && run ? iterationOf(run.output, run.input._items) : undefined;
}

function iterationOf({ iteration }: JsonObject, items: Json | undefined): string {
  return items
    ? `${asText(iteration ?? 0)} of ${asList(items).length}`
    : `iteration ${asText(iteration ?? 0)}`;
}
