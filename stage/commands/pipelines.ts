// The encore of the pipelines: npm run pipelines [register|run|status|list|pause|resume|cancel|complete|cleanup].
import type { Client } from '@temporalio/client';
import {
  cancelPipeline,
  completeTask,
  type Listed,
  listRuns,
  pausePipeline,
  resumePipeline,
  startPipeline,
} from '../../encores/pipelines/client.ts';
import { isObject, type JsonObject } from '../../encores/pipelines/json.ts';
import { openRegistry } from '../../encores/pipelines/registry.ts';
import { lengthOf, RUN_SHOWN } from '../../encores/pipelines/words.ts';
import { userError } from '../../hello-ip/support/user-error.ts';
import { stageStatus } from '../control/client.ts';
import { withClient } from '../control/service-client.ts';
import type { BorrowedStage } from '../control/use-stage.ts';
import { bringUp, PIPELINES_NEED } from '../encores/bring-up.ts';
import { idOfRun, needRun } from '../encores/find-run.ts';
import { type PipelinesOrder, readPipelinesOrder, USAGE } from '../encores/pipeline-args.ts';
import { readInput, registerFiles } from '../encores/pipeline-files.ts';
import { changeSchema, installHistory, rebuildHistory, report } from '../encores/pipeline-history.ts';
import { summaryOf, watchRun } from '../encores/watch-run.ts';
import { symbolOf } from '../processes/output.ts';
import { INTERRUPTED, whenToldToLeave } from '../processes/shutdown.ts';
import { readPorts, stageFolder } from '../settings.ts';
import { helpIfAsked } from './help.ts';

const print = (line = '') => console.log(line);

const STEERED = {
  pause: { by: pausePipeline, said: 'paused: what is under way goes on, and nothing new begins' },
  resume: { by: resumePipeline, said: 'resumed' },
  cancel: { by: cancelPipeline, said: 'is being cancelled' },
};

helpIfAsked(USAGE);
process.env.STAGE_FOLDER = stageFolder();
const registry = openRegistry();
const order = readPipelinesOrder(process.argv.slice(2));
process.exitCode = (await carryOut(order)) ? 0 : 1;

async function carryOut(asked: PipelinesOrder): Promise<boolean> {
  switch (asked.do) {
    case 'up':
      return onStage(stayUp);
    case 'register':
      return registerFiles(registry, asked.files, print);
    case 'run':
      return run(asked);
    case 'migrate':
    case 'verify':
    case 'rollback':
      return changeSchema(asked, print);
    case 'report':
      await report(await pageUrl(), print);
      return true;
    case 'rebuild-history':
      await rebuildHistory(await pageUrl(), print);
      return true;
    default:
      await withClient((client) => askService(client, asked));
      return true;
  }
}

/** What is wrong with the words is said before anything is brought up. */
async function run({ name, input: word }: { name: string; input?: string }): Promise<boolean> {
  const input = readInput(name, word);
  needDefinition(name);
  return onStage((client, signal) => runOne(client, name, input, signal));
}

type ServiceOrder = Extract<
  PipelinesOrder,
  { do: 'list' | 'cleanup' | 'status' | 'complete' | 'pause' | 'resume' | 'cancel' }
>;

async function askService(client: Client, asked: ServiceOrder): Promise<void> {
  switch (asked.do) {
    case 'list':
      return list(await listRuns(client));
    case 'cleanup':
      return cleanUp(client);
    case 'status':
      return show(client, asked);
    case 'complete':
      return complete(client, asked);
    default:
      return steer(client, asked);
  }
}

async function steer(client: Client, asked: { do: keyof typeof STEERED; id: string }): Promise<void> {
  const id = await idOfRun(client, asked.id);
  const { by, said } = STEERED[asked.do];
  await by(client, id);
  print(`${id} ${said}.`);
}

function needDefinition(name: string): void {
  if (registry.find(name)) return;
  const known = [...new Set(registry.list().map((each) => each.name))];
  const hint = known.length > 0 ? `Registered are: ${known.join(', ')}.` : 'Nothing is registered yet.';
  throw userError(`${hint} To have "${name}", register it: npm run pipelines register`);
}

async function runOne(
  client: Client,
  name: string,
  input: JsonObject,
  signal: AbortSignal,
): Promise<boolean> {
  const id = await startPipeline(client, registry, { name, input });
  print(`${id}: ${await pageUrl()}/runs/${id}`);
  const run = await watchRun(client, id, { print, signal });
  print();
  for (const line of summaryOf(run)) print(line);
  return run.status === 'COMPLETED';
}

async function pageUrl(): Promise<string> {
  return `http://127.0.0.1:${((await stageStatus())?.ports ?? readPorts()).pipelines}`;
}

async function stayUp(_client: Client, signal: AbortSignal, isBorrowed: boolean): Promise<boolean> {
  print(`\nThe page: ${await pageUrl()}\n\n${USAGE}\n`);
  if (isBorrowed) return true;
  print('This terminal keeps the stage up. Ctrl-C stops all of it.');
  await new Promise((resolve) => signal.addEventListener('abort', resolve));
  return true;
}

function list(runs: Listed[]): void {
  const width = Math.max(0, ...runs.map(({ workflowId }) => workflowId.length));
  for (const { workflowId, status, startedAt, endedAt } of runs) {
    const { state, word } = RUN_SHOWN[status];
    const length = lengthOf((endedAt ?? Date.now()) - startedAt);
    print(`${symbolOf(state)} ${workflowId.padEnd(width)}  ${word.padEnd(9)}  ${length.padStart(7)}`);
  }
  if (runs.length === 0) print('No run yet. Start one: npm run pipelines run pipeline');
}

async function show(client: Client, asked: { id: string; asJson: boolean }): Promise<void> {
  const run = await needRun(client, asked.id);
  if (!asked.asJson) for (const line of summaryOf(run)) print(line);
  else print(JSON.stringify(asJson(run), null, 2));
}

function asJson({
  workflowId,
  runId,
  status,
  given,
  startedAt,
  endedAt,
  tasks,
  variables,
  outcome,
}: Awaited<ReturnType<typeof needRun>>) {
  const { name, version } = given.definition;
  return {
    workflowId,
    runId,
    name,
    version,
    status,
    startedAt,
    endedAt,
    input: given.input,
    variables,
    tasks,
    outcome,
  };
}

async function complete(client: Client, asked: { id: string; ref: string; output: string }): Promise<void> {
  const id = await idOfRun(client, asked.id);
  const { tasks } = await needRun(client, id);
  const waiting = tasks.filter(({ type, status }) => type === 'WAIT' && status === 'IN_PROGRESS');
  const task = waiting.find((each) => each.id === asked.ref) ?? waiting.find(({ ref }) => ref === asked.ref);
  if (!task)
    throw userError(
      `No WAIT "${asked.ref}" is under way in ${id}. ${waiting.length > 0 ? `These are: ${waiting.map((each) => each.id).join(', ')}.` : `See where it is: npm run pipelines status ${id}`}`,
    );
  await completeTask(client, id, { ref: task.id, status: 'COMPLETED', output: readOutput(asked.output) });
  print(`${id}: ${task.id} is completed.`);
}

function readOutput(text: string): JsonObject {
  try {
    const json: unknown = JSON.parse(text);
    if (isObject(json)) return json;
  } catch {
    // Said below.
  }
  throw userError(`"${text}" is no JSON object. For example: '{"approved": true}'`);
}

async function cleanUp(client: Client): Promise<void> {
  const underWay = (await listRuns(client)).filter(({ endedAt }) => endedAt === undefined);
  for (const { workflowId } of underWay) {
    await cancelPipeline(client, workflowId);
    print(`  ${workflowId} is being cancelled`);
  }
  for (const { name, version } of registry.list()) registry.remove(name, version);
  for (const { name } of registry.listTasks()) registry.removeTask(String(name));
  print('[cleanup] Done.');
}

/** Brings up what is not up, and takes down what it brought up. */
async function onStage(
  work: (client: Client, signal: AbortSignal, isBorrowed: boolean) => Promise<boolean>,
): Promise<boolean> {
  const leaving = new AbortController();
  let stage: BorrowedStage | undefined;
  whenToldToLeave(
    () => {
      leaving.abort();
      print('\nRuns are kept by the Temporal Service, and go on when a Worker is there.');
      void Promise.resolve(stage?.leave()).finally(() => process.exit(INTERRUPTED));
    },
    () => process.exit(INTERRUPTED),
  );
  const isBorrowed = (await stageStatus()) !== undefined;
  try {
    await installHistory(print);
    await bringUp(PIPELINES_NEED, print, (borrowed) => {
      stage = borrowed;
    });
    return await withClient((client) => work(client, leaving.signal, isBorrowed));
  } catch (error) {
    if (leaving.signal.aborted) await new Promise(() => {}); // the end is under way
    throw error;
  } finally {
    await stage?.leave();
  }
}
