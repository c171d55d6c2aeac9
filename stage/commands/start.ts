// The whole show in one terminal: npm start [venue|online] [room] [backstage] [without worker …] [profile <name>].
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { readProfile } from '../../hello-ip/support/profile.ts';
import { appUrl, listenHost } from '../../hello-ip/web/hosts.ts';
import { joinUrl, type OwnAddress } from '../../hello-ip/web/room/addresses.ts';
import { isBroken } from '../bug/bug.ts';
import type { StageStatus } from '../control/client.ts';
import { createCounters } from '../control/counters.ts';
import { startControl } from '../control/server.ts';
import { HOSTS } from '../network/lookup-hosts.ts';
import type { NetworkReport } from '../network/process.ts';
import { checkDatabase, databaseFile } from '../processes/dev-server.ts';
import { openFaultLog } from '../processes/fault-log.ts';
import { ALL_PROCESSES, COUNTERS, PROCESSES, type TalkProcess } from '../processes/names.ts';
import { whenNpmIsGone } from '../processes/npm-parent.ts';
import { printBox, printLine } from '../processes/output.ts';
import {
  claimStage,
  clearLeftOvers,
  forgetPid,
  makeStageFolder,
  notePid,
  refuseSecond,
} from '../processes/pid-files.ts';
import { planStage, type StageSetup } from '../processes/plans.ts';
import { checkPorts } from '../processes/ports.ts';
import { bundleProgram } from '../processes/program-bundle.ts';
import { createRevive } from '../processes/revival.ts';
import { profileEnv } from '../processes/sealed-environment.ts';
import { createShutdown } from '../processes/shutdown.ts';
import { createSupervisor, type Supervisor } from '../processes/supervisor.ts';
import type { TemporalCli } from '../processes/temporal-cli/resolve.ts';
import { roomHere } from '../room/here.ts';
import { findDoor, linesOfDoor, openedNow } from '../room/open.ts';
import { ROOT, readPorts, stageFolder } from '../settings.ts';
import { helpIfAsked } from './help.ts';
import { readStartOrder, USAGE } from './start-args.ts';

const PORTS: Record<TalkProcess, [variable: string, port: keyof ReturnType<typeof readPorts>][]> = {
  server: [
    ['SERVER_PORT', 'server'],
    ['UI_PORT', 'ui'],
  ],
  network: [['NETWORK_PORT', 'network']],
  worker: [],
  app: [['APP_PORT', 'app']],
};

const CONTROL_PORT: [string, 'control'] = ['CONTROL_PORT', 'control'];
/** A drill killed with kill -9 leaves it in. */
const BUG_IS_IN: [string, string] = [
  'Bug',
  'still in activities.ts; take it out: npm run stage fix geolocation',
];

const OWN_PROGRAMS = ['stage/commands/stage.ts', 'stage/commands/start.ts'];

const { env } = process;
helpIfAsked(USAGE);
const order = readStartOrder(process.argv.slice(2));
const ports = readPorts();
const folder = resolve(stageFolder());
const names = PROCESSES.filter((name) => !order.without.has(name));
const shutdown = createShutdown(() => {
  console.log(`Stopping ${[...names].reverse().join(', ')}. Ctrl-C again kills them at once.`);
});

whenNpmIsGone(shutdown.leave);
await shutdown.bringUp(bringUp);
if (order.backstage) startBackstage();
// For later verbs and the next start, now that nobody is waiting.
for (const file of OWN_PROGRAMS) await bundleProgram(file);

async function bringUp(): Promise<void> {
  await checkBeforeAnythingIsSpawned();
  const cli = order.without.has('server') ? undefined : await findCli();
  const serverIsYours = order.without.has('server') && !order.profile;
  const { mode, profile } = order;
  const onVolatileLine = (line: string) => counters.onLine(line);
  const door = await prepareRoom();
  const setup: StageSetup = { env, folder, ports, mode, cli, serverIsYours, profile, onVolatileLine };
  // What was left out is planned too, so that it can be started later; only the server needs a CLI to be found.
  const planned = ALL_PROCESSES.filter((name) => name !== 'server' || cli);
  // Not the counters: they are killed together, and one that restarted on its own would spoil the point.
  const revive = (name: string): boolean => startAgain(name);
  const stage = createSupervisor(planStage(setup, [...planned, ...COUNTERS]), { folder, print, revive });
  const startAgain = createRevive(ALL_PROCESSES, stage.start, print);
  const counters = createCounters(stage);
  shutdown.supervise(stage);
  const { without } = order;
  const service = serviceOfStage();
  await startControl({ supervisor: stage, counters, folder, ports, profile, service, without });
  printLeftOut();
  const network = startNetwork(stage, setup);
  const others = names.filter((name) => name !== 'network');
  // Every page of the app says so in venue mode, so the app waits until the mode is known.
  const starts = others.map(async (name) => {
    if (name === 'app') await network;
    await stage.start(name);
  });
  await Promise.all([network, ...starts]);
  printReady(setup, door);
}

async function checkBeforeAnythingIsSpawned(): Promise<void> {
  if (order.profile) profileEnv(env, order.profile);
  makeStageFolder(folder);
  claimStage(folder);
  openFaultLog(folder);
  const cleared = await clearLeftOvers(folder);
  if (cleared.length) console.log(`Cleaned up what an earlier stage left behind: ${cleared.join(', ')}.`);
  for (const name of names) refuseSecond(folder, name, `Stop it, or keep it with: npm start without ${name}`);
  const wanted = [...names.flatMap((name) => PORTS[name]), CONTROL_PORT];
  await checkPorts(wanted.map(([variable, port]) => ({ variable, port: ports[port] })));
}

/** Where the stage's processes find the Temporal Service. */
function serviceOfStage(): StageStatus['service'] {
  if (!order.profile) return { address: `127.0.0.1:${ports.server}`, namespace: 'default' };
  const { connectionOptions, namespace } = readProfile(order.profile);
  return { address: connectionOptions.address, namespace };
}

async function findCli(): Promise<TemporalCli> {
  // Imported here, so that the checks before it answer at once.
  const { findTemporalCli } = await import('../processes/temporal-cli/resolve.ts');
  const cli = await findTemporalCli({ env, signal: shutdown.signal });
  checkDatabase(databaseFile(folder, cli.server));
  return cli;
}

/** Starts the network, unless it is left out, and keeps the mode that it chose. */
async function startNetwork(stage: Supervisor, setup: StageSetup): Promise<void> {
  if (order.without.has('network')) return;
  await stage.start('network');
  const { venue } = (await stage.ask('network', { do: 'report' })) as NetworkReport;
  setup.mode = venue ? 'venue' : 'online';
}

/** In a process of its own, so that its page can say when the stage is gone; Enter is for it. */
function startBackstage(): void {
  const child = spawn(process.execPath, ['stage/run.cjs', 'stage/commands/backstage.ts'], {
    cwd: ROOT,
    env,
    stdio: ['pipe', 'inherit', 'inherit'],
    // Ctrl-C is for the stage, which tells it.
    detached: true,
  });
  process.stdin.pipe(child.stdin);
  child.stdin.on('error', () => {});
  // It outlives a stage that is killed, until the next start.
  if (child.pid !== undefined) notePid(folder, 'backstage', child.pid);
  child.once('exit', () => {
    process.stdin.unpipe().unref();
    forgetPid(folder, 'backstage', child.pid ?? 0);
  });
  shutdown.signal.addEventListener('abort', () => child.kill('SIGTERM'));
}

function print(name: string, line: string): void {
  if (!shutdown.signal.aborted) printLine(name, line);
}

function printLeftOut(): void {
  for (const name of order.without) {
    if (name !== 'server' || !order.profile)
      print(name, `left out; run it in your own terminal: ${commandFor(name)}`);
  }
}

/** The Worker and the app need the stage's environment; the others need nothing from the stage. */
function commandFor(name: TalkProcess): string {
  return name === 'worker' || name === 'app' ? `npm run stage run ${name}` : `npm run ${name}`;
}

/** A wall of its own for each stage; the room is open only if that was asked for. */
async function prepareRoom(): Promise<OwnAddress[]> {
  const door = order.room ? await findDoor() : [];
  roomHere().change({ ...openedNow(), open: order.room === true });
  return door;
}

function printReady({ mode }: StageSetup, door: OwnAddress[]): void {
  const workerIsOurs = names.includes('worker');
  const next = workerIsOurs
    ? `greet someone for 20 seconds in the app; meanwhile, in another terminal: npm run stage kill worker`
    : `in another terminal: ${commandFor('worker')}`;
  printBox([
    ...(isBroken() ? [BUG_IS_IN] : []),
    ['App', appUrl(listenHost(env), ports.app)],
    order.profile
      ? ['Temporal', `the Service of your profile "${order.profile}"`]
      : ['Web UI', `http://127.0.0.1:${ports.ui}`],
    ...(door[0] ? [['Room', joinUrl(door[0].address, ports.app)] as [string, string]] : []),
    ['Lookups', describeMode(mode)],
    ['Next', next],
    ['Stop', `Ctrl-C stops all of it (up in ${(performance.now() / 1000).toFixed(1)} s)`],
  ]);
  for (const line of linesOfDoor(door, ports.app)) console.log(line);
}

function describeMode(mode: StageSetup['mode']): string {
  if (order.without.has('network')) return 'decided by your own "npm run network"';
  if (mode === 'online') return `online: ${HOSTS.getIP} and ${HOSTS.getLocationInfo} are asked`;
  const why = order.mode ? 'as you asked' : 'the two services are out of reach';
  return `venue mode (${why}): answered on this machine`;
}
