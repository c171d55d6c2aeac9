// The processes of the cluster: what each one runs, and what shows that it is ready.
import { join } from 'node:path';
import { type Host, hostsOf, IP, type Ports } from '../../encores/cluster/layout.ts';
import { type DatabasePlace, DYNAMIC_CONFIG, serverConfig } from '../../encores/cluster/server-config.ts';
import { userError } from '../../hello-ip/support/user-error.ts';
import { writeOwnFile } from '../processes/own-files.ts';
import { planStage } from '../processes/plans.ts';
import type { ProcessPlan } from '../processes/supervisor.ts';
import { ROOT, readPorts } from '../settings.ts';
import type { Binaries } from './binaries.ts';
import { isServing } from './health.ts';
import { lastErrorIn } from './logs.ts';
import { planPgBouncer } from './pgbouncer.ts';
import {
  initPostgres,
  isOwnPostgres,
  owner,
  placeOf,
  plainEnv,
  postgresAnswers,
  postgresArgs,
  postgresProgram,
} from './postgres.ts';
import { planSearch, type Search } from './search.ts';

const STARTS_WITHIN_MS = 60_000;

export interface ClusterSetup {
  folder: string;
  ports: Ports;
  binaries: Binaries;
  /** The program, when the hosts reach PostgreSQL through it. */
  pgbouncer?: string;
  /** Where what has ended is kept, too: the address of a folder. */
  archive?: string;
  /** What keeps what can be listed, instead of the second database. */
  search?: Search;
  /** Called with each line that a host logs. */
  onHostLine?(host: string, line: string): void;
}

/** The processes around the hosts, which are killed and started by their names. */
export const PARTS = [
  'postgres',
  'pgbouncer',
  'search',
  'balancer',
  'ui',
  'network',
  'worker',
  'app',
] as const;

/** All plans, in the order in which they start; they stop in reverse. */
export function planCluster(setup: ClusterSetup): ProcessPlan[] {
  const hosts = hostsOf(setup.ports).map((host) => planHost(host, setup));
  const postgres = isOwnPostgres() ? [planPostgres(setup)] : [];
  const { folder, ports, pgbouncer: program, search } = setup;
  const database = placeOf(ports.database);
  const pool = program ? [planPgBouncer({ program, folder, port: ports.pgbouncer, database })] : [];
  const index = search?.program ? [planSearch(search, folder)] : [];
  return [...postgres, ...pool, ...index, ...hosts, planBalancer(setup), planUi(setup), ...planKit(setup)];
}

export function planPostgres({ folder, ports }: Pick<ClusterSetup, 'folder' | 'ports'>): ProcessPlan {
  return {
    name: 'postgres',
    command: async () => {
      const data = await initPostgres(folder);
      return {
        file: postgresProgram(folder, 'postgres'),
        args: postgresArgs(data, ports.database),
        env: plainEnv(),
        ...owner,
      };
    },
    ready: {
      look: () => postgresAnswers(placeOf(ports.database)),
      announce: `PostgreSQL ready: ${IP}:${ports.database}`,
    },
    readyWithin: STARTS_WITHIN_MS,
    silent: true,
    stopSignal: 'SIGINT', // does not wait for its clients
  };
}

function planHost(host: Host, setup: ClusterSetup): ProcessPlan {
  const { folder, ports, binaries, pgbouncer, archive, search, onHostLine } = setup;
  return {
    name: host.name,
    command: () => {
      const dynamicConfig = join(folder, 'dynamic-config.yaml');
      const config = join(folder, `${host.name}.yaml`);
      writeOwnFile(dynamicConfig, JSON.stringify(DYNAMIC_CONFIG));
      const direct = placeOf(ports.database);
      const database: DatabasePlace = pgbouncer
        ? { ...direct, host: IP, port: ports.pgbouncer, isPooled: true }
        : direct;
      writeOwnFile(
        config,
        JSON.stringify(serverConfig(host, { ports, database, dynamicConfig, archive, search }), null, 2),
      );
      const env = { ...plainEnv(), TEMPORAL_SERVICES: host.role, TEMPORAL_ALLOW_NO_AUTH: 'true' };
      return { file: binaries.server, args: ['--config-file', config, 'start'], env };
    },
    ready: { look: () => isServing(host), announce: `${host.name} ready: gRPC ${IP}:${host.ports.grpc}` },
    readyWithin: STARTS_WITHIN_MS,
    silent: true,
    onLine: (line) => onHostLine?.(host.name, line),
    explain: (lines) => {
      const words = lastErrorIn(lines);
      return words
        ? userError(
            `${host.name} did not come up: ${words}. Start it again: npm run cluster start ${host.name}`,
          )
        : undefined;
    },
  };
}

function planBalancer({ ports }: ClusterSetup): ProcessPlan {
  const frontends = hostsOf(ports).filter(({ role }) => role === 'frontend');
  const words = [ports.balancer, ...frontends.map((host) => host.ports.grpc)].map(String);
  return {
    name: 'balancer',
    command: () => ({
      file: process.execPath,
      args: [join(ROOT, 'stage', 'run.cjs'), 'encores/cluster/balancer.ts', ...words],
      env: plainEnv(),
    }),
    ready: { line: 'Balancer ready: ' },
  };
}

function planUi({ folder, ports, binaries }: ClusterSetup): ProcessPlan {
  const url = `http://${IP}:${ports.ui}`;
  return {
    name: 'ui',
    command: () => {
      const config = {
        ...{ temporalGrpcAddress: `${IP}:${ports.balancer}`, host: IP, port: ports.ui, enableUi: true },
        // It would ask for news elsewhere.
        ...{ defaultNamespace: 'default', disableNewsFetch: true, cors: { allowOrigins: [url] } },
      };
      writeOwnFile(join(folder, 'ui.yaml'), JSON.stringify(config));
      return {
        file: binaries.ui,
        args: ['--root', folder, '--config', '.', '--env', 'ui', 'start'],
        env: plainEnv(),
      };
    },
    ready: {
      look: async () => (await fetch(url).catch(() => undefined))?.ok === true,
      announce: `Web UI ready: ${url}`,
    },
    silent: true,
  };
}

/** The kit's own processes against it, as on the stage: to them the balancer is the Temporal Service. */
function planKit({ folder, ports }: ClusterSetup): ProcessPlan[] {
  const { balancer: server, ui, app, network, control } = ports;
  const setup = {
    ...{ env: process.env, folder, ports: { ...readPorts({}), server, ui, app, network, control } },
    ...({ mode: 'venue', serverIsYours: true } as const),
  };
  return planStage(setup, ['network', 'worker', 'app']);
}
