// Judges the newest pipeline: by its Event History, by what the platform has counted, and by its rows in the history.
import { allBoxes, type Box, boxesOf } from '../../encores/pipelines/boxes.ts';
import type { RunTree } from '../../encores/pipelines/follow.ts';
import { lengthOf, placeOf, RUN_SHOWN } from '../../encores/pipelines/words.ts';
import type { DeployedApp, Recorded, Verdict } from './observations.ts';

const STEPS = ['provision', 'traffic', 'verify'] as const;

/** What the newest pipeline can be claimed to be: at work in two branches, trying a step again, at work after that, or over. */
export const PIPELINE_PHASES = [
  ...(['forked', 'retrying', 'completed', 'failed', 'cancelled'] as const),
] as const;
export type PipelinePhase = (typeof PIPELINE_PHASES)[number];

export function pipelineIs(run: RunTree | undefined, phase: PipelinePhase): Verdict {
  if (!run) return notSo('there is no pipeline');
  const { workflowId, endedAt, outcome } = run;
  const { word } = RUN_SHOWN[run.status];
  if (phase === 'forked' || phase === 'retrying') return { ...isUnderWay(run, phase), workflowId };
  const why = outcome?.reason ? [outcome.reason] : [];
  if (endedAt !== undefined)
    return {
      holds: word === phase,
      facts: [`${workflowId} is ${word}, after ${lengthOf(endedAt - run.startedAt)}`, ...why],
      workflowId,
    };
  return {
    holds: false,
    facts: [`${workflowId} is ${word}: ${placeOf(run)}`],
    workflowId,
    dueMs: waitsFor(run),
  };
}

function isUnderWay(run: RunTree, phase: 'forked' | 'retrying'): Verdict {
  const boxes = allBoxes(boxesOf(run));
  const steps = boxes.filter(({ lanes }) => lanes.length === 0);
  if (phase === 'retrying') {
    const retried = steps.filter(({ state }) => state === 'retrying');
    const facts = retried.map(
      ({ title, word, run: task }) => `${title} is ${word}: ${task?.reason ?? 'its Worker was lost'}`,
    );
    return retried.length > 0 ? { holds: true, facts } : notSo(standing(run));
  }
  const branches = boxes.filter((box) => box.workflowId && stepOf(box));
  const facts = branches.map((box) => `${box.title} is at "${stepOf(box)?.title}"`);
  return branches.length > 1 ? { holds: true, facts } : notSo(standing(run));
}

/** The step that a sub-workflow is at. */
function stepOf(box: Box): Box | undefined {
  const inside = allBoxes(box.lanes.flatMap(({ boxes }) => boxes));
  return inside.find(({ state, lanes }) => lanes.length === 0 && (state === 'running' || state === 'paused'));
}

function standing(run: RunTree): string {
  return `${run.workflowId} is ${RUN_SHOWN[run.status].word}${run.endedAt === undefined ? `: ${placeOf(run)}` : ''}`;
}

/** How long the longest WAIT of it still is; milliseconds. */
function waitsFor(run: RunTree): number {
  const until = [run, ...run.children.values()].flatMap(({ tasks }) =>
    tasks.flatMap(({ type, status, startTime, input }) =>
      type === 'WAIT' && status === 'IN_PROGRESS'
        ? [startTime + 1000 * Number.parseFloat(String(input.duration))]
        : [],
    ),
  );
  return Math.max(0, ...until.map((at) => at - Date.now()).filter(Number.isFinite));
}

/** No service of it was deployed twice, and none that is done is half deployed. */
export function servicesDeployedOnce(run: RunTree | undefined, deployed: DeployedApp[]): Verdict {
  const services = servicesOf(run);
  if (!run || services.length === 0) return notSo('no pipeline has deployed a service');
  const { workflowId } = run;
  const counted = services.map((service) => ({ ...service, counts: countsOf(service, deployed) }));
  const said = counted.map(
    ({ app, isDone, counts }) =>
      `${app}${isDone ? '' : ', which is not done'}: ${STEPS.map((step, index) => `${step} ${counts[index]}`).join(', ')}`,
  );
  const isRight = counted.every(({ isDone, counts }) =>
    counts.every((count) => (isDone ? count === 1 : count <= 1)),
  );
  return { holds: isRight, facts: said, workflowId };
}

/** Whether this service was deployed by the newest pipeline. */
export function serviceDeployed(
  run: RunTree | undefined,
  deployed: DeployedApp[],
  { name, isDeployed }: { name: string; isDeployed: boolean },
): Verdict {
  if (!run) return notSo('there is no pipeline');
  const { workflowId } = run;
  const service = servicesOf(run).find(({ app }) => app === name);
  const counts = service ? countsOf(service, deployed) : [];
  const said = service
    ? `${name}: ${STEPS.map((step, index) => `${step} ${counts[index]}`).join(', ')}`
    : `${name} was never begun`;
  const isThere = service !== undefined && counts.every((count) => count === 1);
  return { holds: isDeployed ? isThere : counts.every((count) => count === 0), facts: [said], workflowId };
}

interface Service {
  /** How the platform knows the deployment: the id of the run that made it. */
  release: string;
  app: string;
  isDone: boolean;
}

function servicesOf(run?: RunTree): Service[] {
  return [...(run?.children.values() ?? [])].map(({ workflowId, given, status }) => ({
    release: workflowId,
    app: String(given.input.app),
    isDone: status === 'COMPLETED',
  }));
}

function countsOf({ release, app }: Service, deployed: DeployedApp[]): number[] {
  const counted = deployed.find((each) => each.release === release && each.app === app);
  return STEPS.map((step) => counted?.[step] ?? 0);
}

/** Each task of it, and of its sub-workflows, is a row of the history, as the Event History tells it. */
export function historyIsComplete(run: RunTree | undefined, recorded: Recorded[]): Verdict {
  if (!run) return notSo('there is no pipeline');
  const { workflowId } = run;
  const runs = [run, ...run.children.values()];
  const wrong = runs.flatMap((each) =>
    wrongWith(
      each,
      recorded.find(({ id }) => id === each.workflowId),
    ),
  );
  if (wrong.length > 0) return { holds: false, facts: wrong, workflowId };
  const steps = runs.reduce((sum, { tasks }) => sum + tasks.length, 0);
  return {
    holds: true,
    facts: [`${runs.length} runs and ${steps} steps, as the Event Histories tell them`],
    workflowId,
  };
}

function wrongWith({ workflowId, status, tasks }: RunTree, found?: Recorded): string[] {
  if (!found) return [`${workflowId} is not in the history`];
  if (found.status !== status) return [`${workflowId} is ${status}, and ${found.status} in the history`];
  const wrong = tasks.filter(({ id, status: is }) => found.steps[id] !== is);
  return wrong.map(
    ({ id, status: is }) =>
      `${workflowId}/${id} is ${is}, and ${found.steps[id] ?? 'missing'} in the history`,
  );
}

function notSo(fact: string): Verdict {
  return { holds: false, facts: [fact] };
}
