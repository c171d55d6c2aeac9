// Proves that nothing is lost: npm run soak [minutes] [seed <n>]. Greetings and faults at random, then calm, then counts.

import { readFileSync } from 'node:fs';
import { userError } from '../../hello-ip/support/user-error.ts';
import { ACTIVITIES_FILE, findBug, takeBugOutAtOnce } from '../../stage/bug/bug.ts';
import { helpIfAsked } from '../../stage/commands/help.ts';
import { createStageClient } from '../../stage/control/service-client.ts';
import { INTERRUPTED, whenToldToLeave } from '../../stage/processes/shutdown.ts';
import { readSoakOrder } from './args.ts';
import { soakCluster } from './cluster.ts';
import { type SoakContext, takeBugOut } from './faults.ts';
import { type IsolatedStage, spawnIsolatedStage } from './isolated-stage.ts';
import { planFaults } from './plan.ts';
import { runSoak, type SoakOutcome } from './run.ts';

const LISTED = 20;

helpIfAsked('npm run soak [minutes] [seed <n>]; the cluster: npm run soak cluster [minutes] [seed <n>]');
if (process.argv[2] === 'cluster') process.exit(await soakCluster(process.argv.slice(3)));
const { minutes, seed } = readSoakOrder(process.argv.slice(2));
if (findBug(readFileSync(ACTIVITIES_FILE, 'latin1')).bug === 'in')
  throw userError('The bug is already in activities.ts. Take it out: npm run stage fix geolocation');

const command = `npm run soak ${minutes} seed ${seed}`;
const plan = { seed, lasts: minutes * 60_000, faults: planFaults(seed, minutes * 60_000) };
const problems = new Set<string>();
const leaving = new AbortController();
console.log(
  `Soak with seed ${seed}: ${plan.faults.length} faults in ${minutes} minutes. To repeat: ${command}`,
);
process.once('exit', takeBugOutAtOnce);
whenToldToLeave(
  () => {
    console.log('Stopping: first the bug out, then the stage. Ctrl-C again ends both at once.');
    leaving.abort('interrupted');
  },
  () => process.exit(INTERRUPTED),
);

const stage = await spawnIsolatedStage((line) => {
  // The faults kill with -9; anything that ends in another way has crashed.
  if (/\| died: (?!SIGKILL)/.test(line)) wrong(line);
});
let isUp = false;
const outcome = await perform(stage).catch((error) => {
  if (!isUp && !leaving.signal.aborted) {
    stage.remove();
    throw error;
  }
  if (!leaving.signal.aborted) wrong(error.name === 'UserError' ? error.message : error.stack);
  return undefined;
});
leaving.abort('over');
await takeBugOut(stage).catch((error) => wrong(`The bug is still in: ${error.message}`));
for (const what of await stage.leave()) wrong(what);
process.exit(printOutcome(stage, outcome));

async function perform({ ready, ended, log, logFile }: IsolatedStage): Promise<SoakOutcome> {
  console.log(`Starting a separate stage; everything its processes say: ${logFile}`);
  await Promise.race([ready, new Promise((_, reject) => leaving.signal.addEventListener('abort', reject))]);
  leaving.signal.throwIfAborted();
  isUp = true;
  void ended.then((how) => {
    if (leaving.signal.aborted) return;
    wrong(`The stage ended unexpectedly: ${how}`);
    leaving.abort('the stage is gone');
  });
  const client = createStageClient();
  const begun = performance.now();
  const now = () => performance.now() - begun;
  const print = (line: string) => {
    console.log(`${(now() / 1000).toFixed(1).padStart(6)} s  ${line}`);
    log(`soak    | ${line}`);
  };
  const soak: SoakContext = { signal: leaving.signal, now, print, log, wrong };
  return runSoak(soak, client, plan).finally(() => client.connection.close());
}

/** Reports each problem once when it is seen, and again at the end. */
function wrong(what: string): void {
  if (problems.has(what)) return;
  problems.add(what);
  console.log(`WRONG: ${what}`);
  stage.log(`WRONG   | ${what}`);
}

function printOutcome({ folder, logFile, remove }: IsolatedStage, outcome: SoakOutcome | undefined): number {
  if (problems.size === 0) remove();
  if (problems.size === 0 && !outcome) return INTERRUPTED;
  if (problems.size === 0 && outcome) {
    console.log(summaryOf(outcome));
    return 0;
  }
  const listed = [...problems].slice(0, LISTED);
  console.error(`\nWrong${problems.size > LISTED ? `, the first ${LISTED} of ${problems.size}` : ''}:`);
  for (const what of listed) console.error(`  ${what}`);
  console.error(`The log of all processes: ${logFile}`);
  console.error(`Each Workflow Id in the Web UI: STAGE_FOLDER='${folder}' npm start venue`);
  console.error(`The same faults again: ${command}`);
  return 1;
}

function summaryOf(outcome: SoakOutcome): string {
  const { greetings, lastAfterCalm, lookupsMade, lookupsNeeded, pages, held } = outcome;
  const counts = new Map<string, number>();
  for (const { kind } of plan.faults) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const faults = [...counts].map(([kind, count]) => `${count} ${kind}`);
  return [
    `\nEvery greeting ended right: ${greetings}, the last one ${(lastAfterCalm / 1000).toFixed(1)} s after calm.`,
    `Pages: ${pages} were open until the end of their greeting, and showed nothing else.`,
    `Faults: ${plan.faults.length} (${faults.join(', ')}).`,
    `Lookups: ${lookupsMade} made, ${lookupsNeeded} needed; the others belong to attempts that failed.`,
    `At rest: ${held}.`,
    'Nothing is left: no process, no port, no folder.',
  ].join('\n');
}
