// The processes of the stage: what each one runs, in which environment, and what shows that it is ready.
import { join } from 'node:path';
import { ROOT, type readPorts } from '../settings.ts';
import { workflowBundle } from './bundle.ts';
import { databaseFile, devServerArgs, explainDevServer, serviceAnswers } from './dev-server.ts';
import { faultLogFile } from './fault-log.ts';
import type { CounterName, EncoreProcess, ProcessName } from './names.ts';
import { portInUse } from './ports.ts';
import { bundleProgram } from './program-bundle.ts';
import { roomPath } from './room-path.ts';
import { profileEnv, sealedEnv, throughNetwork, withoutProxies } from './sealed-environment.ts';
import type { ProcessPlan, SpawnCommand } from './supervisor.ts';

const VENUE_NOTICE = 'Venue mode';
/** It may have to be built first. */
const CLUSTER_READY_WITHIN_MS = 1_200_000;
/** Its hosts leave their rings. */
const CLUSTER_STOPS_WITHIN_MS = 20_000;

/** What the plans depend on. */
export interface StageSetup {
  env: NodeJS.ProcessEnv;
  folder: string;
  ports: ReturnType<typeof readPorts>;
  /** The Temporal profile of a Temporal Service other than the stage's own. */
  profile?: string;
  /** If not given, the network decides for itself; the choice then stays, even when the network is restarted. */
  mode?: 'venue' | 'online';
  /** The binary, and the version of the Server in it; needed for the server only. */
  cli?: { path: string; server: string };
  /** The server is started elsewhere, maybe later: the Worker waits for it as long as it takes. */
  serverIsYours: boolean;
  /** Called with each line on the volatile counter's stdout. */
  onVolatileLine?(line: string): void;
}

/** The plans of the stage's processes, in the order in which they start; they stop in reverse. */
export function planStage(setup: StageSetup, names: readonly (ProcessName | CounterName)[]): ProcessPlan[] {
  const plans = {
    ...{ server: planServer, network: planNetwork, worker: planWorker, app: planApp },
    ...{ platform: planPlatform, releases: planReleases, 'releases-page': planReleasesPage },
    ...{ patterns: planPatterns, pipelines: planPipelines, 'pipelines-page': planPipelinesPage },
    ...{ cluster: planClusterProcess },
    ...{ volatile: planVolatile, durable: planDurable },
  };
  return names.map((name) => plans[name](setup));
}

/** The Temporal Service with its database file. */
export function planServer({ env, folder, ports, cli }: Omit<StageSetup, 'serverIsYours'>): ProcessPlan {
  if (!cli) throw new Error('The server needs a Temporal CLI.');
  const database = databaseFile(folder, cli.server);
  const address = `127.0.0.1:${ports.server}`;
  return {
    name: 'server',
    command: () => ({
      file: cli.path,
      args: devServerArgs(database, ports),
      env: sealedEnv(env, folder, ports.server),
    }),
    ready: {
      look: () => serviceAnswers(address),
      announce: `Temporal Service ready: ${address}, Web UI http://127.0.0.1:${ports.ui}`,
    },
    silent: true,
    explain: (lines) => {
      const taken = /address already in use/.test(lines.join());
      const isUi = lines.join().includes('UI port');
      if (taken && isUi) return portInUse('UI_PORT', ports.ui);
      return taken ? portInUse('SERVER_PORT', ports.server) : explainDevServer(lines, database);
    },
  };
}

function planNetwork(setup: StageSetup): ProcessPlan {
  return {
    name: 'network',
    command: () => {
      const { mode } = setup;
      // With the user's own proxies: the lookups leave this machine the way everything else does.
      return nodeCommand('stage/network/process.ts', mode ? [mode] : [], childEnv(setup));
    },
    ready: { line: 'Network ready: ' },
  };
}

function planWorker(setup: StageSetup): ProcessPlan {
  const { folder, ports, serverIsYours } = setup;
  return {
    name: 'worker',
    command: () => {
      const env = throughNetwork(childEnv(setup), ports.network);
      return withWorkflow(nodeCommand('hello-ip/worker.ts', [], env), workflowBundle(folder));
    },
    ready: { line: 'Worker ready: ' },
    readyWithin: serverIsYours ? Number.POSITIVE_INFINITY : undefined,
  };
}

function planApp(setup: StageSetup): ProcessPlan {
  return {
    name: 'app',
    command: () => {
      const env = childEnv(setup);
      const notice = setup.mode === 'venue' ? { APP_NOTICE: VENUE_NOTICE } : {};
      // Another Temporal Service may be out of reach without the user's proxy; the stage's own never needs one.
      return nodeCommand('hello-ip/web/server.ts', [], {
        ...(setup.profile ? env : withoutProxies(env)),
        ...notice,
        ROOM_FILE: roomPath(setup.folder),
        LIVE_URL: `http://127.0.0.1:${setup.ports.control}/live.json`,
      });
    },
    ready: { line: 'App ready: ' },
  };
}

function planPlatform(setup: StageSetup): ProcessPlan {
  return {
    name: 'platform',
    command: () => nodeCommand('encores/platform/server.ts', [], childEnv(setup)),
    ready: { line: 'Platform ready: ' },
  };
}

function planReleases(setup: StageSetup): ProcessPlan {
  return planEncoreWorker('releases', 'workflow.ts', setup);
}

function planPatterns(setup: StageSetup): ProcessPlan {
  return planEncoreWorker('patterns', 'workflows.ts', setup);
}

function planPipelines(setup: StageSetup): ProcessPlan {
  const { METRICS_PORT } = setup.env;
  return planEncoreWorker('pipelines', 'workflow.ts', setup, METRICS_PORT ? { METRICS_PORT } : {});
}

/** The Worker of an encore, in the room of its name. */
function planEncoreWorker(
  name: EncoreProcess,
  workflows: string,
  setup: StageSetup,
  more: NodeJS.ProcessEnv = {},
): ProcessPlan {
  const workflow = join(ROOT, 'encores', name, workflows);
  return {
    name,
    command: () => {
      const env = setup.profile ? childEnv(setup) : withoutProxies(childEnv(setup));
      const command = nodeCommand(`encores/${name}/worker.ts`, [], { ...env, ...more });
      return withWorkflow(command, workflowBundle(setup.folder, workflow));
    },
    ready: { line: 'Worker ready: ' },
  };
}

function planReleasesPage(setup: StageSetup): ProcessPlan {
  return planEncorePage('releases-page', 'encores/releases/web/server.ts', 'Releases ready: ', setup);
}

function planPipelinesPage(setup: StageSetup): ProcessPlan {
  return planEncorePage('pipelines-page', 'encores/pipelines/web/server.ts', 'Pipelines ready: ', setup);
}

function planEncorePage(name: EncoreProcess, file: string, line: string, setup: StageSetup): ProcessPlan {
  return {
    name,
    command: () => nodeCommand(file, [], setup.profile ? childEnv(setup) : withoutProxies(childEnv(setup))),
    ready: { line },
  };
}

/** The other Temporal Service, with hosts, Worker and app of its own. */
function planClusterProcess(setup: StageSetup): ProcessPlan {
  return {
    name: 'cluster',
    command: () => nodeCommand('stage/commands/cluster.ts', [], childEnv(setup)),
    ready: { line: 'Cluster ready: ' },
    readyWithin: CLUSTER_READY_WITHIN_MS,
    stopWithin: CLUSTER_STOPS_WITHIN_MS,
  };
}

function planVolatile(setup: StageSetup): ProcessPlan {
  return {
    name: 'volatile',
    group: 'counters',
    mayEnd: true,
    command: () => nodeCommand('volatile-vs-durable/volatile.ts', [], childEnv(setup)),
    ready: { line: '1' },
    onLine: setup.onVolatileLine,
  };
}

function planDurable(setup: StageSetup): ProcessPlan {
  const workflow = join(ROOT, 'volatile-vs-durable', 'durable.ts');
  return {
    name: 'durable',
    group: 'counters',
    command: () => {
      const env = withoutProxies(childEnv(setup));
      return withWorkflow(
        nodeCommand('volatile-vs-durable/worker.ts', [], env),
        workflowBundle(setup.folder, workflow),
      );
    },
    ready: { line: 'Worker ready: ' },
  };
}

/** What every Node process of the stage inherits: the ports as read, and how to reach the Temporal Service. */
function childEnv({ env, folder, ports, profile }: StageSetup): NodeJS.ProcessEnv {
  return {
    ...(profile ? profileEnv(env, profile) : sealedEnv(env, folder, ports.server)),
    STAGE_FOLDER: folder,
    // Only one Worker can have it.
    METRICS_PORT: undefined,
    FAULT_LOG: faultLogFile(folder),
    SERVER_PORT: String(ports.server),
    UI_PORT: String(ports.ui),
    APP_PORT: String(ports.app),
    CONTROL_PORT: String(ports.control),
    NETWORK_PORT: String(ports.network),
    PLATFORM_PORT: String(ports.platform),
    ENCORE_PORT: String(ports.releases),
    PIPELINES_PORT: String(ports.pipelines),
  };
}

/** One Node process, never npm or a shell: a SIGKILL must hit the process that runs our code. */
async function nodeCommand(file: string, args: string[], env: NodeJS.ProcessEnv): Promise<SpawnCommand> {
  await bundleProgram(file);
  return { file: process.execPath, args: [join(ROOT, 'stage', 'run.cjs'), file, ...args], env, ipc: true };
}

async function withWorkflow(command: Promise<SpawnCommand>, bundle: Promise<string>): Promise<SpawnCommand> {
  const [worker, WORKFLOW_BUNDLE] = await Promise.all([command, bundle]);
  return { ...worker, env: { ...worker.env, WORKFLOW_BUNDLE } };
}
