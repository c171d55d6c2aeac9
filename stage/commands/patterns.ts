// The encore of the patterns: npm run patterns [<name>|all|start <name> <json>].
import { PATTERN_NAMES, type PatternName, startPattern } from '../../encores/patterns/client.ts';
import { RUNS } from '../../encores/patterns/runs.ts';
import { userError } from '../../hello-ip/support/user-error.ts';
import { executionUrl } from '../../hello-ip/web/web-ui.ts';
import { stageStatus } from '../control/client.ts';
import { webUiOf, withClient } from '../control/service-client.ts';
import type { BorrowedStage } from '../control/use-stage.ts';
import { bringUp } from '../encores/bring-up.ts';
import { readPattern, showPattern } from '../encores/show-pattern.ts';
import { paint } from '../processes/output.ts';
import { INTERRUPTED, whenToldToLeave } from '../processes/shutdown.ts';
import { helpIfAsked } from './help.ts';

const USAGE = 'npm run patterns [<name>|all], or with your own input: npm run patterns start <name> <json>';
const print = (line = '') => console.log(line);

helpIfAsked(USAGE);
const [word, ...rest] = process.argv.slice(2);
if (word === undefined) list();
else if (word === 'start') await onStage(startOne);
else process.exit((await onStage(() => showAll(chosen(word)))) ? 0 : 1);

function list(): void {
  for (const name of PATTERN_NAMES) {
    print(paint('bold', name));
    for (const run of RUNS[name]) print(`  ${run.name}: ${run.shows}`);
  }
  print(`\n${USAGE}`);
}

function chosen(word: string): readonly PatternName[] {
  if (rest.length > 0) throw userError(`One pattern at a time, or all of them: npm run patterns all`);
  return word === 'all' ? PATTERN_NAMES : [readPattern(word, 'patterns')];
}

async function showAll(names: readonly PatternName[]): Promise<boolean> {
  const status = await stageStatus();
  const proofs: string[] = [];
  let holds = true;
  for (const name of names) {
    print(`\n${paint('bold', name)}`);
    const shown = await withClient((client) => showPattern(name, client, status, print), status);
    holds &&= shown.holds;
    proofs.push('', paint('bold', `${name}, by the Event History`), ...shown.lines);
  }
  for (const line of proofs) print(line);
  return holds;
}

/** With somebody's own input, which is checked before anything is brought up. */
async function startOne(): Promise<void> {
  const [name = '', ...json] = rest;
  const status = await stageStatus();
  await withClient(async (client) => {
    const { workflowId, runId } = await startPattern(client, name, json.join(' '));
    print(`${workflowId}: ${executionUrl(webUiOf(status), client.options.namespace, workflowId, runId)}`);
    const result = await client.workflow
      .getHandle(workflowId, runId)
      .result()
      .then((value) => JSON.stringify(value))
      .catch(
        (error: Error) => `failed: ${error.cause instanceof Error ? error.cause.message : error.message}`,
      );
    print(`  ${result}`);
  }, status);
}

/** Brings up what is not up, and takes down what it brought up. */
async function onStage<T>(work: () => Promise<T>): Promise<T> {
  if (word !== 'start' && word !== undefined) chosen(word);
  let stage: BorrowedStage | undefined;
  const leave = () => Promise.resolve(stage?.leave());
  whenToldToLeave(
    () => void leave().finally(() => process.exit(INTERRUPTED)),
    () => process.exit(INTERRUPTED),
  );
  try {
    await bringUp(['patterns'], print, (borrowed) => {
      stage = borrowed;
    });
    return await work();
  } finally {
    await leave();
  }
}
