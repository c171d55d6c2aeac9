// The Temporal Service as a real cluster: npm run cluster [status|verify|kill <name>|start <name>|drill|reset|…].
import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { hostsOf, IP, MOST_HOSTS, readClusterPorts, readName } from '../../encores/cluster/layout.ts';
import { userError } from '../../hello-ip/support/user-error.ts';
import { archiveOf } from '../cluster/archive.ts';
import { findBinaries } from '../cluster/binaries.ts';
import { askCluster, type Order, startControl } from '../cluster/control.ts';
import { drillOne, GREETINGS, KILLS } from '../cluster/drill.ts';
import { findPgBouncer } from '../cluster/pgbouncer.ts';
import { type ClusterSetup, PARTS, planCluster } from '../cluster/plans.ts';
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
npm run cluster with archival       the same, and what has ended is kept in files; or both: with pgbouncer archival
npm run cluster status              each process: whether it serves, its pid, memory and shards
npm run cluster verify              what an operator would look at; exit 1 if something is not so
npm run cluster kill|start|stop|freeze|thaw <name>    history-1, postgres, balancer, …
npm run cluster scale history 3      so many hosts of a role, from 1 to 4, while it runs
npm run cluster drill [<name>]      sixty greetings in flight, and a kill in the middle of them
npm run cluster reset               forgets all data; only while it is down`;

const STEER = ['kill', 'start', 'stop', 'freeze', 'thaw'] as const;
const WORDS = ['status', 'verify', 'drill', 'scale', 'reset', 'with', ...STEER];

helpIfAsked(USAGE);
const ports = readClusterPorts();
const folder = join(resolve(stageFolder()), 'cluster');
const names = [...PARTS, ...hostsOf(ports).map(({ name }) => name)];
const print = (line = '') => console.log(line);

/** What is there beside the cluster as it always is. */
type Extras = Pick<ClusterSetup, 'pgbouncer' | 'archive'>;

const EXTRAS = ['pgbouncer', 'archival'];

const [word, ...rest] = process.argv.slice(2);
if (word === undefined || word === 'with') await up(await readExtras(rest));
else process.exitCode = (await carryOut(word)) ? 0 : 1;

async function carryOut(asked: string): Promise<boolean> {
  const steer = STEER.find((each) => each === asked);
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
  throw userError(
    `"${asked}" is not something to do with the cluster. Did you mean: npm run cluster ${nearest(asked, WORDS)}`,
  );
}

async function verify(): Promise<boolean> {
  const { processes, archive } = await askCluster(folder, { do: 'status' });
  const findings = await verifyCluster(processes, ports, archive);
  const width = Math.max(...findings.map(({ what }) => what.length));
  for (const { what, holds, fact, mend } of findings)
    print(
      `${symbolOf(holds ? 'done' : 'failed')} ${what.padEnd(width)}  ${fact}${holds ? '' : `. Help: ${mend}`}`,
    );
  return findings.every(({ holds }) => holds);
}

async function drill(): Promise<boolean> {
  const { processes } = await askCluster(folder, { do: 'status' });
  const isThere = (name: string) => name === 'nobody' || processes.some((each) => each.name === name);
  const kills = rest[0]
    ? KILLS.filter(({ name }) => name === rest[0])
    : KILLS.filter(({ name }) => isThere(name));
  if (kills.length === 0)
    throw userError(
      `There is no drill for "${rest[0]}". There is one for: ${KILLS.map(({ name }) => name).join(', ')}.`,
    );
  const absent = kills.find(({ name }) => !isThere(name))?.name;
  if (absent === 'postgres')
    throw userError(
      'The PostgreSQL of CLUSTER_DATABASE_URL is yours, and is not killed. Name another drill: npm run cluster drill history-1',
    );
  if (absent)
    throw userError(`The cluster runs without PgBouncer. Stop it, then: npm run cluster with ${absent}`);
  const drilled = [];
  for (const kill of kills) drilled.push(await drillOne(kill, { folder, ports, print }));
  print();
  const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
  for (const { name, greeted, twice, median, worst, holds } of drilled) {
    const most = kills.find((kill) => kill.name === name)?.mostMs ?? 0;
    print(
      `${symbolOf(holds ? 'done' : 'failed')} ${name.padEnd(10)}  ${greeted} of ${GREETINGS} greeted, ${twice} looked up twice or never, late: median ${seconds(median)}, worst ${seconds(worst)} (at most ${seconds(most)})`,
    );
  }
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

async function reset(): Promise<boolean> {
  const isUp = await askCluster(folder, { do: 'status' }).then(
    () => true,
    () => false,
  );
  if (isUp) throw userError('The cluster is up. Stop it first: Ctrl-C in its terminal');
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
      `The cluster can be run with ${EXTRAS.join(' and ')}${other === undefined ? '' : `, not with "${other}"`}. Run: npm run cluster with ${nearest(other ?? '', EXTRAS)}`,
    );
  return {
    pgbouncer: words.includes('pgbouncer') ? await findPgBouncer() : undefined,
    archive: words.includes('archival') ? archiveOf(folder) : undefined,
  };
}

async function up(extras: Extras): Promise<void> {
  const begun = performance.now();
  const shutdown = createShutdown(() =>
    print('Stopping all of it, in order. Ctrl-C again kills it at once.'),
  );
  whenNpmIsGone(shutdown.leave);
  await shutdown.bringUp(async () => {
    makeStageFolder(resolve(stageFolder()));
    makeStageFolder(folder);
    claimStage(folder);
    openFaultLog(folder);
    const cleared = await clearLeftOvers(folder);
    if (cleared.length) print(`Cleaned up what an earlier cluster left behind: ${cleared.join(', ')}.`);
    await checkPorts(portsWanted(extras));
    await installPackages(join(ROOT, 'encores', 'cluster'), {
      what: 'The PostgreSQL of the cluster',
      size: 'about 60 MB, once',
      print,
    });
    const binaries = await findBinaries(print, shutdown.signal);
    const say = (name: string, line: string) => shutdown.signal.aborted || printLine(name, line);
    const supervisor = createSupervisor(planCluster({ folder, ports, binaries, ...extras }), {
      ...{ folder, print: say, script: 'cluster' },
    });
    shutdown.supervise(supervisor);
    await startControl({ folder, port: ports.control }, (order) => obey(order, supervisor, extras));
    await bringUp(supervisor, { ports, binaries, ...extras, print });
  });
  printBox([
    ['Temporal', `${IP}:${ports.balancer}, behind it two of each: frontend, history, matching, worker`],
    ['App', `http://${IP}:${ports.app}`],
    ['Web UI', `http://${IP}:${ports.ui}`],
    ['Next', 'in another terminal: npm run cluster drill'],
    ['Stop', `Ctrl-C stops all of it (up in ${((performance.now() - begun) / 1000).toFixed(1)} s)`],
  ]);
}

function portsWanted({ pgbouncer }: Extras) {
  const variables = {
    ...{ balancer: 'CLUSTER_PORT', database: 'CLUSTER_DB_PORT', ui: 'CLUSTER_UI_PORT' },
    ...{ control: 'CLUSTER_CONTROL_PORT', network: 'CLUSTER_NETWORK_PORT', app: 'CLUSTER_APP_PORT' },
    ...(pgbouncer && { pgbouncer: 'CLUSTER_PGBOUNCER_PORT' }),
  };
  return Object.entries(variables).map(([key, variable]) => ({
    variable,
    port: ports[key as keyof typeof ports],
  }));
}

async function obey(order: Order, supervisor: Supervisor, { archive }: Extras): Promise<unknown> {
  if (order.do === 'status')
    return {
      archive,
      processes: supervisor
        .list()
        .map((report) => ({ ...report, frozen: report.pid !== undefined && isSuspended(report.pid) })),
    };
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
