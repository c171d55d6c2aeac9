// Brings the cluster up in order, and knows what runs.
import { setTimeout as delay } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { hostsOf, IP, isOfTheFirst, type Ports } from '../../encores/cluster/layout.ts';
import { connectionTuning } from '../../hello-ip/stage-tuning.ts';
import type { Supervisor } from '../processes/supervisor.ts';
import type { ClusterSetup } from './plans.ts';
import { isOwnPostgres, placeOf } from './postgres.ts';
import { setUpSchemas } from './schema.ts';
import { setUpSearch } from './search.ts';

const RETENTION_SECONDS = 86_400;
const ALONE_MS = 1000;
const TRIES = 3;
const WITHIN_MS = 60_000;

/** A client of the Temporal Service behind the balancer; close its connection. */
export function clusterClient({ balancer }: Pick<Ports, 'balancer'>): Client {
  const channelArgs = { ...connectionTuning.channelArgs, 'grpc.enable_http_proxy': 0 };
  const address = `${IP}:${balancer}`;
  return new Client({ connection: Connection.lazy({ address, ...connectionTuning, channelArgs }) });
}

export type BringUp = Omit<ClusterSetup, 'folder'> & { print(line: string): void };

/** Says what is done as it is done. @throws a user error when a part does not come up */
export async function bringUp(
  supervisor: Supervisor,
  { ports, binaries, pgbouncer, archive, search, print }: BringUp,
): Promise<void> {
  const searching = search?.program ? supervisor.start('search') : undefined;
  if (isOwnPostgres()) await supervisor.start('postgres');
  await setUpSchemas(binaries.sqlTool, placeOf(ports.database));
  print('Schemas are up to date.');
  await searching;
  if (search) {
    await setUpSearch(binaries.searchTool, search);
    print(`The index of ${search.engine} is there.`);
  }
  if (pgbouncer) await supervisor.start('pgbouncer');
  const hosts = hostsOf(ports).filter(isOfTheFirst);
  const [first = '', ...others] = hosts.map(({ name }) => name);
  // The first start writes who the cluster is; hosts that do it at the same time exit. It serves only with the others.
  const alone = startHost(supervisor, first);
  await Promise.race([alone, delay(ALONE_MS)]);
  const all = [alone, ...others.map((name) => startHost(supervisor, name)), supervisor.start('balancer')];
  await Promise.all(all);
  await makeNamespace(ports, archive);
  print(`The namespace "default" is there${archive ? ', and what has ended is archived' : ''}.`);
  await Promise.all([supervisor.start('ui'), supervisor.start('network')]);
  await Promise.all([supervisor.start('worker'), supervisor.start('app')]);
}

/** One that exits in its first seconds is started again, as any orchestrator does. */
async function startHost(supervisor: Supervisor, name: string): Promise<void> {
  for (let tried = 1; ; tried += 1) {
    try {
      await supervisor.start(name);
      return;
    } catch (error) {
      if (tried >= TRIES) throw error;
    }
  }
}

async function makeNamespace(ports: Ports, archive?: string): Promise<void> {
  const client = clusterClient(ports);
  const until = Date.now() + WITHIN_MS;
  try {
    for (;;) {
      try {
        await client.withDeadline(Date.now() + 3000, () => register(client));
        if (archive) await client.withDeadline(Date.now() + 3000, () => archiveTo(client, archive));
        return;
      } catch (error) {
        if (Date.now() > until) throw error;
        await delay(200);
      }
    }
  } finally {
    await client.connection.close();
  }
}

async function register({ workflowService }: Client): Promise<void> {
  const namespace = 'default';
  const isThere = await workflowService.describeNamespace({ namespace }).then(
    () => true,
    () => false,
  );
  if (isThere) return;
  await workflowService.registerNamespace({
    namespace,
    workflowExecutionRetentionPeriod: { seconds: RETENTION_SECONDS as never },
  });
  await workflowService.describeNamespace({ namespace });
}

const ENABLED = 2; // temporal.api.enums.v1.ArchivalState

/** Lets the namespace keep what has ended there. Once it may, it may for ever; hosts without an archive keep nothing. */
async function archiveTo({ workflowService }: Client, archive: string): Promise<void> {
  const namespace = 'default';
  const { config } = await workflowService.describeNamespace({ namespace });
  if (config?.historyArchivalState === ENABLED) return;
  await workflowService.updateNamespace({
    namespace,
    config: {
      ...{ historyArchivalState: ENABLED, historyArchivalUri: archive },
      ...{ visibilityArchivalState: ENABLED, visibilityArchivalUri: archive },
    },
  });
}
