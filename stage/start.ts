// The whole show in one terminal: npm start [venue|online] [without worker …] [profile <name>].
import { resolve } from 'node:path';
import { startControl } from './control.ts';
import { createCounters } from './counters.ts';
import { whenToldToLeave } from './leaving.ts';
import { claimStage, clearLeftOvers, makeStageFolder, refuseSecond } from './leftovers.ts';
import type { NetworkReport } from './network.ts';
import { sayInBox, sayOf } from './output.ts';
import { checkPorts } from './ports.ts';
import { planStage, type Surroundings, volatileFile } from './processes.ts';
import { profileEnv } from './seal.ts';
import { readPorts, stageFolder } from './settings.ts';
import { createSupervisor, type Supervisor } from './supervisor.ts';
import type { TemporalCli } from './temporal-cli/resolve.ts';
import { checkDatabase, databaseFile } from './temporal-service.ts';
import { COUNTERS, PROCESSES, type ProcessName, readStartOrder } from './words.ts';

const PORTS: Record<ProcessName, [variable: string, port: keyof ReturnType<typeof readPorts>][]> = {
  server: [
    ['SERVER_PORT', 'server'],
    ['UI_PORT', 'ui'],
  ],
  network: [['NETWORK_PORT', 'network']],
  worker: [],
  app: [['APP_PORT', 'app']],
};

const CONTROL_PORT: [string, 'control'] = ['CONTROL_PORT', 'control'];

const { env } = process;
const order = readStartOrder(process.argv.slice(2));
const ports = readPorts();
const folder = resolve(stageFolder());
const names = PROCESSES.filter((name) => !order.without.has(name));
const leaving = new AbortController();
let supervisor: Supervisor | undefined;

const up = bringUp();
process.once('exit', () => supervisor?.killAll());
whenToldToLeave(leaveInOrder, () => process.exit(1));
try {
  await up;
} catch (error) {
  if (leaving.signal.aborted) await new Promise(() => {}); // leaveInOrder has the last word
  await supervisor?.stopAll();
  throw error;
}

async function bringUp(): Promise<void> {
  await checkBeforeAnythingIsSpawned();
  const cli = order.without.has('server') ? undefined : await findCli();
  const serverIsYours = order.without.has('server') && !order.profile;
  const { mode, profile } = order;
  const heardVolatile = (line: string) => counters.hear(line);
  const surroundings: Surroundings = { env, folder, ports, mode, cli, serverIsYours, profile, heardVolatile };
  // Also what was left out is planned, so that it can be started later; only a server needs a CLI found for it.
  const planned = PROCESSES.filter((name) => name !== 'server' || cli);
  const stage = createSupervisor(planStage(surroundings, [...planned, ...COUNTERS]), { folder, say });
  const counters = createCounters(stage, volatileFile(folder));
  supervisor = stage;
  leaving.signal.throwIfAborted();
  await startControl({ supervisor: stage, counters, folder, ports, profile, without: order.without });
  sayWhatIsLeftOut();
  const network = startNetwork(stage, surroundings);
  const others = names.filter((name) => name !== 'network');
  // The app says on each of its pages that it is in venue mode, so it waits until that is known.
  const starts = others.map(async (name) => {
    if (name === 'app') await network;
    await stage.start(name);
  });
  await Promise.all([network, ...starts]);
  sayReady(surroundings);
}

async function checkBeforeAnythingIsSpawned(): Promise<void> {
  if (order.profile) profileEnv(env, order.profile);
  makeStageFolder(folder);
  claimStage(folder);
  const cleared = await clearLeftOvers(folder);
  if (cleared.length) console.log(`Cleared what an earlier stage left behind: ${cleared.join(', ')}.`);
  for (const name of names)
    refuseSecond(folder, name, `Stop that one, or leave it to you: npm start without ${name}`);
  const wanted = [...names.flatMap((name) => PORTS[name]), CONTROL_PORT];
  await checkPorts(wanted.map(([variable, port]) => ({ variable, port: ports[port] })));
}

async function findCli(): Promise<TemporalCli> {
  // Imported here: the checks before it are to answer at once.
  const { findTemporalCli } = await import('./temporal-cli/resolve.ts');
  const cli = await findTemporalCli({ env, signal: leaving.signal });
  checkDatabase(databaseFile(folder, cli.server));
  return cli;
}

/** Starts the network, unless it is left out, and from then on knows the mode that it chose. */
async function startNetwork(stage: Supervisor, surroundings: Surroundings): Promise<void> {
  if (order.without.has('network')) return;
  await stage.start('network');
  const { venue } = (await stage.ask('network', { do: 'report' })) as NetworkReport;
  surroundings.mode = venue ? 'venue' : 'online';
}

function say(name: string, line: string): void {
  if (!leaving.signal.aborted) sayOf(name, line);
}

function sayWhatIsLeftOut(): void {
  for (const name of order.without) {
    if (name !== 'server' || !order.profile) say(name, `left to a terminal of your own: ${commandFor(name)}`);
  }
}

/** Worker and app need the surroundings of the stage; the others have none. */
function commandFor(name: ProcessName): string {
  return name === 'worker' || name === 'app' ? `npm run stage run ${name}` : `npm run ${name}`;
}

function sayReady({ mode }: Surroundings): void {
  const workerIsOurs = names.includes('worker');
  const next = workerIsOurs
    ? `greet somebody for 20 seconds in the app; meanwhile, in another terminal: npm run stage kill worker`
    : `in another terminal: ${commandFor('worker')}`;
  sayInBox([
    ['App', `http://127.0.0.1:${ports.app}`],
    order.profile
      ? ['Temporal', `the Service of your profile "${order.profile}"`]
      : ['Web UI', `http://127.0.0.1:${ports.ui}`],
    ['Lookups', sayMode(mode)],
    ['Next', next],
    ['Stop', `Ctrl-C stops all of it (up in ${(performance.now() / 1000).toFixed(1)} s)`],
  ]);
}

function sayMode(mode: Surroundings['mode']): string {
  if (order.without.has('network')) return 'as your own "npm run network" says';
  if (mode === 'online') return 'online: icanhazip.com and ip-api.com are asked';
  const why = order.mode ? 'as you said' : 'the two services are out of reach';
  return `venue mode (${why}): answered on this machine`;
}

async function leaveInOrder(): Promise<void> {
  console.log(`Stopping ${[...names].reverse().join(', ')}. Ctrl-C again ends them at once.`);
  leaving.abort();
  await supervisor?.stopAll();
  await up.catch(() => {}); // a download or a build of the Temporal CLI clears up behind itself
  await supervisor?.stopAll();
  process.exit(0);
}
