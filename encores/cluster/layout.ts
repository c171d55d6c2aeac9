// What the cluster is made of, and the ports of all of it: from 7240 up, on this machine only.
import { readPort } from '../../hello-ip/support/settings.ts';
import { userError } from '../../hello-ip/support/user-error.ts';

export const IP = '127.0.0.1';

/** The four roles of a Temporal Service, in the order in which they are started. */
export const ROLES = ['frontend', 'history', 'matching', 'worker'] as const;
export type Role = (typeof ROLES)[number];

/** So many of a role there may be; each has its ports, whether it runs or not. */
export const MOST_HOSTS = 4;
const HOSTS = 2;
const PORTS_OF_HOST = 4;

/** The number is fixed for ever by the first start. */
export const SHARDS = 8;

/** One process of the Temporal Service. */
export interface Host {
  /** "history-1" */
  name: string;
  role: Role;
  /** gRPC, and the ring that its role forms; HTTP is for frontends, metrics for Prometheus. */
  ports: { grpc: number; membership: number; http: number; metrics: number };
}

export interface Ports {
  /** In front of the frontends: the address of the Temporal Service. */
  balancer: number;
  database: number;
  ui: number;
  control: number;
  network: number;
  app: number;
  pgbouncer: number;
  search: number;
  /** The first of the hosts'. */
  hosts: number;
}

export function readClusterPorts(env: NodeJS.ProcessEnv = process.env): Ports {
  return {
    balancer: readPort('CLUSTER_PORT', 7240, env),
    database: readPort('CLUSTER_DB_PORT', 7241, env),
    ui: readPort('CLUSTER_UI_PORT', 7242, env),
    control: readPort('CLUSTER_CONTROL_PORT', 7243, env),
    network: readPort('CLUSTER_NETWORK_PORT', 7244, env),
    app: readPort('CLUSTER_APP_PORT', 7245, env),
    pgbouncer: readPort('CLUSTER_PGBOUNCER_PORT', 7246, env),
    search: readPort('CLUSTER_SEARCH_PORT', 7247, env),
    hosts: readPort('CLUSTER_HOSTS_PORT', 7250, env),
  };
}

/** Every host that may run, two of each role by default first. */
export function hostsOf({ hosts }: Pick<Ports, 'hosts'>): Host[] {
  return ROLES.flatMap((role, index) =>
    Array.from({ length: MOST_HOSTS }, (_, number) => {
      const first = hosts + (index * MOST_HOSTS + number) * PORTS_OF_HOST;
      const ports = { grpc: first, membership: first + 1, http: first + 2, metrics: first + 3 };
      return { name: `${role}-${number + 1}`, role, ports };
    }),
  );
}

/** Whether a host runs without being asked for. */
export function isOfTheFirst({ name }: Host): boolean {
  return Number(name.split('-')[1]) <= HOSTS;
}

/** The name of a process as somebody wrote it. @throws a user error */
export function readName(word: string, known: readonly string[]): string {
  if (known.includes(word)) return word;
  throw userError(`"${word}" is not a process of the cluster. They are: ${known.join(', ')}.`);
}
