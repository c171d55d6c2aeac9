// The Temporal Service as a real cluster: npm run cluster [status|verify|kill <name>|start <name>|drill|reset|…].
import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  hostsOf,
  IP,
  isOfTheFirst,
  MOST_HOSTS,
  readClusterPorts,
  readName,
} from '../../encores/cluster/layout.ts';
import { userError } from '../../hello-ip/support/user-error.ts';
import { archiveOf } from '../cluster/archive.ts';
import { backUp, backupsOf, findBackup, restoreFrom } from '../cluster/backup.ts';
import { findBinaries } from '../cluster/binaries.ts';
import { askCluster, type Order, type Status, startControl } from '../cluster/control.ts';
import { linesOfDoctor } from '../cluster/doctor.ts';
import { drillOne, evidenceOf, KILLS, NOBODY, readKill } from '../cluster/drill.ts';
import { createErrorLog } from '../cluster/logs.ts';
import { findPgBouncer } from '../cluster/pgbouncer.ts';
import { type ClusterSetup, PARTS, planCluster, planPostgres } from '../cluster/plans.ts';
import { isOwnPostgres, placeOf } from '../cluster/postgres.ts';
import { ENGINES, findSearch } from '../cluster/search.ts';
import { linesOfStatus, verifyCluster } from '../cluster/status.ts';
import { bringUp } from '../cluster/up.ts';
import { nearest } from '../nearest.ts';
import { openFaultLog } from '../processes/fault-log.ts';
import { installPackages } from '../processes/install.ts';
import { whenNpmIsGone } from '../processes/npm-parent.ts';
import { printBox, printLine, symbolOf } from '../processes/output.ts';
import { claimStage, clearLeftOvers, makeStageFolder } from '../processes/pid-files.ts';
import { checkPorts } from '../processes/ports.ts';
import { isSuspended } from '../processes/process-table.ts';
import { createShutdown } from '../processes/shutdown.ts';
import { createSupervisor, type Supervisor } from '../processes/supervisor.ts';
import { ROOT, stageFolder } from '../settings.ts';
import { helpIfAsked } from './help.ts';

const USAGE = `npm run cluster                     brings it up: PostgreSQL, two hosts of each role, balancer, Web UI, Worker, app
npm run cluster with pgbouncer      the same, with PgBouncer between the hosts and PostgreSQL
npm run cluster with elasticsearch  the same, and what can be listed is kept there; or with opensearch
npm run cluster with archival       the same, and what has ended is kept in files; or several: with pgbouncer archival
npm run cluster status              each process: whether it serves, its pid, memory and shards
npm run cluster verify              what an operator would look at; exit 1 if something is not so
npm run cluster kill|start|stop|freeze|thaw <name>    history-1, postgres, balancer, …
npm run cluster scale history 3      so many hosts of a role, from 1 to 4, while it runs
npm run cluster drill [<name>]      sixty greetings in flight, and a kill in the middle of them
npm run cluster drill <name> at-once    the same, and it is started again at once
npm run cluster backup              dumps both databases, while it is up
npm run cluster restore [<backup>]  puts the newest backup in their place, or this one; only while it is down
npm run cluster doctor              what is here of Docker, Kubernetes and Helm, for deploy/
npm run cluster stop                stops all of it, as Ctrl-C in its terminal does
npm run cluster reset               forgets all data; only while it is down`;

const STEER = ['kill', 'start', 'stop', 'freeze', 'thaw'] as const;
const ANSWERED_AFTER_MS = 100;
const WORDS = [
  'status',
  'verify',
  'drill',
  'scale',
  'reset',
  'with',
  'backup',
  'restore',
  'doctor',
  ...STEER,
];

helpIfAsked(USAGE);
const ports = readClusterPorts();
const folder = join(resolve(stageFolder()), 'cluster');
const names = [...PARTS, ...hostsOf(ports).map(({ name }) => name)];
const print = (line = '') => console.log(line);

/** What is there beside the cluster as it always is. */
type Extras = Pick<ClusterSetup, 'pgbouncer' | 'archive' | 'search'>;

const EXTRAS: readonly string[] = ['pgbouncer', 'archival', ...ENGINES];

const [word, ...rest] = process.argv.slice(2);
if (word === undefined || word === 'with') await up(await readExtras(rest));
else process.exitCode = (await carryOut(word)) ? 0 : 1;

async function carryOut(asked: string): Promise<boolean> {
  const steer = STEER.find((each) => each === asked);
  if (steer === 'stop' && rest.length === 0) {
    await askCluster(folder, { do: 'leave' });
    print('The cluster stops, in order.');
    return true;
  }
  if (steer) {
    const name = readName(rest[0] ?? '', names);
    const { pid, ...done } = await askCluster(folder, { do: steer, process: name });
    print(`${name}: ${steer} done (pid ${pid}${'ms' in done ? `, ${done.ms} ms` : ''})`);
    return true;
  }
  if (asked === 'status') {
    const { processes } = await askCluster(folder, { do: 'status' });
    for (const line of await linesOfStatus(processes, ports)) print(line);
    return true;
  }
  if (asked === 'verify') return verify();
  if (asked === 'drill') return drill();
  if (asked === 'scale') return scale(rest);
  if (asked === 'reset') return reset();
  if (asked === 'backup') return backup();
  if (asked === 'restore') return restore(rest);
  if (asked === 'doctor') {
    for (const line of await linesOfDoctor()) print(line);
    return true;
  }
  throw userError(
    `"${asked}" is not something to do with the cluster. Did you mean: npm run cluster ${nearest(asked, WORDS)}`,
  );
}

async function verify(): Promise<boolean> {
  const findings = await verifyCluster(await askCluster(folder, { do: 'status' }), ports);
  const width = Math.max(...findings.map(({ what }) => what.length));
  for (const { what, holds, fact, mend } of findings)
    print(
      `${symbolOf(holds ? 'done' : 'failed')} ${what.padEnd(width)}  ${fact}${holds ? '' : `. Help: ${mend}`}`,
    );
  return findings.every(({ holds }) => holds);
}

async function drill(): Promise<boolean> {
  const { processes } = await askCluster(folder, { do: 'status' });
  const isThere = (name: string) => name === NOBODY || processes.some((each) => each.name === name);
  const kills = rest.length > 0 ? [readKill(rest)] : KILLS.filter(({ process }) => isThere(process));
  const absent = kills.find(({ process }) => !isThere(process))?.process;
  if (absent === 'postgres')
    throw userError(
      'The PostgreSQL of CLUSTER_DATABASE_URL is yours, and is not killed. Name another drill: npm run cluster drill history-1',
    );
  if (absent)
    throw userError(
      `The cluster runs without ${absent}. Stop it, then: npm run cluster with ${absent === 'search' ? 'opensearch' : absent}`,
    );
  const drilled = [];
  for (const kill of kills) drilled.push(await drillOne(kill, { folder, ports, print }));
  print();
  const width = Math.max(...drilled.map(({ name }) => name.length));
  for (const each of drilled)
    print(
      `${symbolOf(each.holds ? 'done' : 'failed')} ${each.name.padEnd(width)}  ${evidenceOf(each).join(', ')}`,
    );
  return drilled.every(({ holds }) => holds);
}

/** Starts the hosts of the role that are missing, or asks the last ones to leave the ring. */
async function scale([role, count = '', ...more]: string[]): Promise<boolean> {
  const all = hostsOf(ports).filter((host) => host.role === role);
  const wanted = Number(count);
  if (
    all.length === 0 ||
    more.length > 0 ||
    !(Number.isInteger(wanted) && wanted >= 1 && wanted <= all.length)
  )
    throw userError(
      `That is no role with a number from 1 to ${MOST_HOSTS}. For example: npm run cluster scale history 3`,
    );
  const { processes } = await askCluster(folder, { do: 'status' });
  const isRunning = (name: string) => processes.some((each) => each.name === name && each.pid !== undefined);
  for (const [index, { name }] of all.entries()) {
    if (index < wanted && !isRunning(name)) await askCluster(folder, { do: 'start', process: name });
    if (index >= wanted && isRunning(name)) await askCluster(folder, { do: 'stop', process: name });
  }
  print(`${role}: ${wanted} ${wanted === 1 ? 'host' : 'hosts'}`);
  return true;
}

async function backup(): Promise<boolean> {
  await askCluster(folder, { do: 'status' });
  const made = await backUp(placeOf(ports.database), backupsOf(resolve(stageFolder())));
  print(
    `Both databases are in ${made}. To go back there: npm run cluster stop, then npm run cluster restore`,
  );
  return true;
}

async function restore([name]: string[]): Promise<boolean> {
  if (!isOwnPostgres())
    throw userError(
      'The PostgreSQL of CLUSTER_DATABASE_URL is yours. Stop all hosts, and restore it with pg_restore.',
    );
  await refuseWhileUp();
  const found = findBackup(backupsOf(resolve(stageFolder())), name);
  await withPostgres(() => restoreFrom(found, placeOf(ports.database)));
  print(`Both databases are as in ${found}. Go on from there: npm run cluster`);
  return true;
}

/** Runs PostgreSQL alone. */
async function withPostgres(work: () => Promise<void>): Promise<void> {
  await claimFolder();
  await checkPorts([{ variable: 'CLUSTER_DB_PORT', port: ports.database }]);
  const supervisor = createSupervisor([planPostgres({ folder, ports })], {
    ...{ folder, print: printLine, script: 'cluster' },
  });
  process.once('exit', () => supervisor.killAll());
  try {
    await installPostgres();
    await supervisor.start('postgres');
    await work();
  } finally {
    await supervisor.stopAll();
  }
}

async function refuseWhileUp(): Promise<void> {
  const isUp = await askCluster(folder, { do: 'status' }).then(
    () => true,
    () => false,
  );
  if (isUp) throw userError('The cluster is up. Stop it first: npm run cluster stop');
}

async function reset(): Promise<boolean> {
  await refuseWhileUp();
  rmSync(folder, { recursive: true, force: true });
  print('The cluster has forgotten everything.');
  return true;
}

/** What follows "with". @throws a user error when there is no such part, or it is not installed */
async function readExtras(words: string[]): Promise<Extras> {
  if (word === undefined) return {};
  const other = words.find((each) => !EXTRAS.includes(each));
  if (other !== undefined || words.length === 0)
    throw userError(
      `The cluster can be run with ${EXTRAS.join(', ')}${other === undefined ? '' : `, not with "${other}"`}. Run: npm run cluster with ${nearest(other ?? '', EXTRAS)}`,
    );
  const [engine, second] = ENGINES.filter((each) => words.includes(each));
  if (second)
    throw userError(`${engine} and ${second} do the same. Choose one: npm run cluster with ${engine}`);
  return {
    search: engine && (await findSearch(engine, ports.search)),
    pgbouncer: words.includes('pgbouncer') ? await findPgBouncer() : undefined,
    archive: words.includes('archival') ? archiveOf(folder) : undefined,
  };
}

/** @throws a user error when a cluster is up in this folder */
async function claimFolder(): Promise<void> {
  makeStageFolder(resolve(stageFolder()));
  makeStageFolder(folder);
  claimStage(folder);
  const cleared = await clearLeftOvers(folder);
  if (cleared.length) print(`Cleaned up what an earlier cluster left behind: ${cleared.join(', ')}.`);
}

async function installPostgres(): Promise<void> {
  const what = 'The PostgreSQL of the cluster';
  await installPackages(join(ROOT, 'encores', 'cluster'), { what, size: 'about 60 MB, once', print });
}

async function up(extras: Extras): Promise<void> {
  const begun = performance.now();
  const shutdown = createShutdown(() =>
    print('Stopping all of it, in order. Ctrl-C again kills it at once.'),
  );
  whenNpmIsGone(shutdown.leave, 'cluster');
  await shutdown.bringUp(async () => {
    await claimFolder();
    openFaultLog(folder);
    await checkPorts(portsWanted(extras));
    await installPostgres();
    const binaries = await findBinaries(print, shutdown.signal);
    const say = (name: string, line: string) => shutdown.signal.aborted || printLine(name, line);
    const errors = createErrorLog();
    const setup = { folder, ports, binaries, ...extras, onHostLine: errors.read };
    const supervisor = createSupervisor(planCluster(setup), {
      ...{ folder, print: say, script: 'cluster' },
    });
    shutdown.supervise(supervisor);
    await startControl({ folder, port: ports.control }, async (order) => {
      if (order.do === 'status') return { ...statusOf(supervisor, extras), errors: errors.unknown() };
      if ('process' in order) errors.disturbed();
      if (order.do !== 'leave') return obey(order, supervisor);
      // Once this has been answered.
      setTimeout(shutdown.leave, ANSWERED_AFTER_MS);
      return { leaves: true };
    });
    await bringUp(supervisor, { ports, binaries, ...extras, print });
  });
  print(`Cluster ready: ${IP}:${ports.balancer}`);
  printBox([
    ['Temporal', `${IP}:${ports.balancer}, behind it two of each: frontend, history, matching, worker`],
    ['App', `http://${IP}:${ports.app}`],
    ['Web UI', `http://${IP}:${ports.ui}`],
    ['Next', 'in another terminal: npm run cluster drill'],
    ['Stop', `Ctrl-C stops all of it (up in ${((performance.now() - begun) / 1000).toFixed(1)} s)`],
  ]);
}

function portsWanted({ pgbouncer, search }: Extras) {
  const variables = {
    ...{ balancer: 'CLUSTER_PORT', database: 'CLUSTER_DB_PORT', ui: 'CLUSTER_UI_PORT' },
    ...{ control: 'CLUSTER_CONTROL_PORT', network: 'CLUSTER_NETWORK_PORT', app: 'CLUSTER_APP_PORT' },
    ...(pgbouncer && { pgbouncer: 'CLUSTER_PGBOUNCER_PORT' }),
    ...(search?.program && { search: 'CLUSTER_SEARCH_PORT' }),
  };
  const ofHosts = hostsOf(ports)
    .filter(isOfTheFirst)
    .flatMap((host) => Object.values(host.ports));
  return [
    ...Object.entries(variables).map(([key, variable]) => ({
      variable,
      port: ports[key as keyof typeof ports],
    })),
    ...ofHosts.map((port) => ({ variable: 'CLUSTER_HOSTS_PORT', port })),
  ];
}

function statusOf(supervisor: Supervisor, { archive, search }: Extras): Omit<Status, 'errors'> {
  const isFrozen = (pid?: number) => pid !== undefined && isSuspended(pid);
  const processes = supervisor.list().map((report) => ({ ...report, frozen: isFrozen(report.pid) }));
  return { processes, archive, search };
}

async function obey(order: Order, supervisor: Supervisor): Promise<unknown> {
  if (order.do === 'lookups') return supervisor.ask('network', { do: 'report' });
  if (!('process' in order)) return undefined;
  const name = readName(order.process, names);
  if (order.do === 'start') return supervisor.start(name);
  if (order.do === 'stop') return supervisor.stop(name);
  if (order.do === 'kill') return supervisor.kill(name);
  const pid = supervisor.list().find((each) => each.name === name)?.pid;
  if (pid === undefined)
    throw userError(`The ${name} is not running. Start it: npm run cluster start ${name}`);
  process.kill(pid, order.do === 'freeze' ? 'SIGSTOP' : 'SIGCONT');
  return { pid };
}
