// The four processes of the stage: what each one runs, in which surroundings, and how one knows that it is ready.
import { join } from 'node:path';
import { workflowBundle } from './bundle.ts';
import { portInUse } from './ports.ts';
import { profileEnv, sealedEnv, throughNetwork, withoutProxies } from './seal.ts';
import { ROOT, type readPorts } from './settings.ts';
import type { Command, Plan } from './supervisor.ts';
import { databaseFile, devServerArgs, explainDevServer, serviceAnswers } from './temporal-service.ts';
import type { CounterName, ProcessName } from './words.ts';

const VENUE_NOTICE = 'Venue mode: the lookups are answered on this machine.';

/** What the plans depend on. */
export interface Surroundings {
  env: NodeJS.ProcessEnv;
  folder: string;
  ports: ReturnType<typeof readPorts>;
  /** The Temporal profile that leads to another Temporal Service than the stage's own. */
  profile?: string;
  /** The network finds out by itself where it is not said; from then on it stays so, also when it is started again. */
  mode?: 'venue' | 'online';
  /** The binary, and the version of the Server in it; needed for the server only. */
  cli?: { path: string; server: string };
  /** The server is started by somebody else, maybe later: the Worker waits for it as long as it takes. */
  serverIsYours: boolean;
  /** Told of each line that the volatile counter prints. */
  heardVolatile?(line: string): void;
}

/** The plans of the stage's processes, in the order in which they are started; they stop in the reverse order. */
export function planStage(surroundings: Surroundings, names: readonly (ProcessName | CounterName)[]): Plan[] {
  const plans = {
    ...{ server: planServer, network: planNetwork, worker: planWorker, app: planApp },
    ...{ volatile: planVolatile, durable: planDurable },
  };
  return names.map((name) => plans[name](surroundings));
}

/** The Temporal Service with its database file. */
export function planServer({ env, folder, ports, cli }: Omit<Surroundings, 'serverIsYours'>): Plan {
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
      say: `Temporal Service ready: ${address}, Web UI http://127.0.0.1:${ports.ui}`,
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

function planNetwork(surroundings: Surroundings): Plan {
  return {
    name: 'network',
    command: () => {
      const { mode } = surroundings;
      // With the user's own proxies: the lookups leave this machine by the way that everything does.
      return nodeCommand('stage/network.ts', mode ? [mode] : [], childEnv(surroundings));
    },
    ready: { line: 'Network ready: ' },
  };
}

function planWorker(surroundings: Surroundings): Plan {
  const { folder, ports, serverIsYours } = surroundings;
  return {
    name: 'worker',
    command: async () => {
      const env = throughNetwork(childEnv(surroundings), ports.network);
      return nodeCommand('hello-ip/worker.ts', [], { ...env, WORKFLOW_BUNDLE: await workflowBundle(folder) });
    },
    ready: { line: 'Worker ready: ' },
    readyWithin: serverIsYours ? Number.POSITIVE_INFINITY : undefined,
  };
}

function planApp(surroundings: Surroundings): Plan {
  return {
    name: 'app',
    command: () => {
      const env = childEnv(surroundings);
      const counted = { VOLATILE_COUNTS: volatileFile(surroundings.folder) };
      const notice = surroundings.mode === 'venue' ? { APP_NOTICE: VENUE_NOTICE } : {};
      // Another Temporal Service may be out of reach without the user's proxy; the stage's own never needs one.
      return nodeCommand('hello-ip/web/server.ts', [], {
        ...(surroundings.profile ? env : withoutProxies(env)),
        ...notice,
        ...counted,
      });
    },
    ready: { line: 'App ready: ' },
  };
}

function planVolatile(surroundings: Surroundings): Plan {
  return {
    name: 'volatile',
    group: 'counters',
    mayEnd: true,
    command: () => nodeCommand('volatile-vs-durable/volatile.ts', [], childEnv(surroundings)),
    ready: { line: '1' },
    heard: surroundings.heardVolatile,
  };
}

function planDurable(surroundings: Surroundings): Plan {
  const workflow = join(ROOT, 'volatile-vs-durable', 'durable.ts');
  return {
    name: 'durable',
    group: 'counters',
    command: async () => {
      const env = withoutProxies(childEnv(surroundings));
      const WORKFLOW_BUNDLE = await workflowBundle(surroundings.folder, workflow);
      return nodeCommand('volatile-vs-durable/worker.ts', [], { ...env, WORKFLOW_BUNDLE });
    },
    ready: { line: 'Worker ready: ' },
  };
}

/** Where the stage writes down what the volatile counter prints. */
export function volatileFile(folder: string): string {
  return join(folder, 'volatile.json');
}

/** What every Node process of the stage inherits: the ports as they were read, and the way to the Temporal Service. */
function childEnv({ env, folder, ports, profile }: Surroundings): NodeJS.ProcessEnv {
  return {
    ...(profile ? profileEnv(env, profile) : sealedEnv(env, folder, ports.server)),
    STAGE_FOLDER: folder,
    SERVER_PORT: String(ports.server),
    UI_PORT: String(ports.ui),
    APP_PORT: String(ports.app),
    CONTROL_PORT: String(ports.control),
    NETWORK_PORT: String(ports.network),
  };
}

/** One Node process, never npm or a shell: a SIGKILL must hit the process that runs our code. */
function nodeCommand(file: string, args: string[], env: NodeJS.ProcessEnv): Command {
  return { file: process.execPath, args: [join(ROOT, 'stage', 'run.cjs'), file, ...args], env, ipc: true };
}
