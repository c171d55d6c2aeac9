// The configuration of a host of the Temporal Service. It is YAML, and JSON is YAML.
import { type Host, hostsOf, IP, type Ports, SHARDS } from './layout.ts';

/** How the hosts reach their databases. */
export interface DatabasePlace {
  host: string;
  port: number;
  user: string;
  password: string;
  /** PgBouncer is there, in transaction mode. */
  isPooled?: true;
}

/** An Elasticsearch or OpenSearch that keeps what can be listed, instead of the second database. */
export interface SearchPlace {
  /** "http://127.0.0.1:9200" */
  url: string;
  /** Empty where it asks for none. */
  user: string;
  password: string;
}

export const SEARCH_INDEX = 'temporal_visibility_v1';

export const DATABASES = { temporal: 'temporal', visibility: 'temporal_visibility' } as const;

/** The configuration of one host. Only its ports differ from those of the others. */
export function serverConfig(
  host: Host,
  {
    ports,
    database,
    dynamicConfig,
    archive,
    search,
  }: {
    ports: Ports;
    database: DatabasePlace;
    dynamicConfig: string;
    archive?: string;
    search?: SearchPlace;
  },
): object {
  const store = (databaseName: string, connections: number) => ({
    sql: {
      pluginName: 'postgres12',
      databaseName,
      connectAddr: `${database.host}:${database.port}`,
      connectProtocol: 'tcp',
      user: database.user,
      password: database.password,
      maxConns: connections,
      maxIdleConns: connections,
      maxConnLifetime: '1h',
      // Otherwise it prepares a statement, and asks for it in a connection that by then is another one.
      connectAttributes: {
        application_name: host.name,
        ...(database.isPooled && { binary_parameters: 'yes' }),
      },
    },
  });
  return {
    log: { stdout: true, level: 'warn' },
    persistence: {
      numHistoryShards: SHARDS,
      defaultStore: 'default',
      visibilityStore: 'visibility',
      datastores: {
        default: store(DATABASES.temporal, 10),
        visibility: search ? { elasticsearch: indexIn(search) } : store(DATABASES.visibility, 4),
      },
    },
    global: {
      membership: { maxJoinDuration: '30s', broadcastAddress: IP },
      metrics: { prometheus: { timerType: 'histogram', listenAddress: `${IP}:${host.ports.metrics}` } },
    },
    services: servicesFor(host, ports),
    clusterMetadata: {
      enableGlobalNamespace: false,
      failoverVersionIncrement: 10,
      masterClusterName: 'active',
      currentClusterName: 'active',
      clusterInformation: {
        // The same in the files of all hosts: one whose value differs writes it to the database, and the others then exit.
        active: {
          ...{ enabled: true, initialFailoverVersion: 1, rpcName: 'frontend' },
          ...{ rpcAddress: `${IP}:${ports.balancer}`, httpAddress: `${IP}:${hostsOf(ports)[0]?.ports.http}` },
        },
      },
    },
    dcRedirectionPolicy: { policy: 'noop' },
    archival: { history: archiveIn(archive), visibility: archiveIn(archive) },
    ...(archive && {
      namespaceDefaults: {
        archival: {
          history: { state: 'enabled', URI: archive },
          visibility: { state: 'enabled', URI: archive },
        },
      },
    }),
    dynamicConfigClient: { filepath: dynamicConfig, pollInterval: '10s' },
  };
}

function indexIn({ url, user, password }: SearchPlace): object {
  const { protocol, host } = new URL(url);
  return {
    version: 'v7', // also for Elasticsearch 8 and OpenSearch 2
    url: { scheme: protocol.replace(':', ''), host },
    ...(user && { username: user, password }),
    indices: { visibility: SEARCH_INDEX },
  };
}

/** Only its owner can read the files. */
function archiveIn(archive?: string): object {
  if (!archive) return { state: 'disabled' };
  const provider = { filestore: { fileMode: '0600', dirMode: '0700' } };
  return { state: 'enabled', enableRead: true, provider };
}

/** All four roles must be in the file: a host knows only the rings of those. It learns the ports of others from them. */
function servicesFor(host: Host, ports: Ports): object {
  const firsts = hostsOf(ports).filter(({ name }) => name.endsWith('-1'));
  return Object.fromEntries(
    firsts.map((first) => {
      const { ports: own, role } = first.role === host.role ? host : first;
      const rpc = { bindOnIP: IP, grpcPort: own.grpc, membershipPort: own.membership };
      return [role, { rpc: role === 'frontend' ? { ...rpc, httpPort: own.http } : rpc }];
    }),
  );
}

/** What is not as the server has it by default. */
export const DYNAMIC_CONFIG = {
  // Ten lists a second is too little for the page and for a claim, which look all the time.
  'frontend.namespaceRPS.visibility': [{ value: 500 }],
  // A shard that was missed while the ring changed is taken after seconds, not after a minute.
  'history.acquireShardInterval': [{ value: '5s' }],
  // What has ended is in the archive after seconds, not after five minutes.
  'history.archivalProcessorArchiveDelay': [{ value: '1s' }],
};
