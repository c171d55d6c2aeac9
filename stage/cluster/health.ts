// How the hosts of the cluster are: what they say of themselves over gRPC, and what they measure.
import { Connection } from '@temporalio/client';
import { type Host, IP } from '../../encores/cluster/layout.ts';

const LOOK_MS = 1000;
const SERVING = 1; // grpc.health.v1
const SERVICES: Partial<Record<Host['role'], string>> = {
  frontend: 'temporal.api.workflowservice.v1.WorkflowService',
  history: 'temporal.api.workflowservice.v1.HistoryService',
  matching: 'temporal.api.workflowservice.v1.MatchingService',
};

/** Whether a host serves. One of the role worker has no health check; it measures as soon as it works. */
export async function isServing(host: Host): Promise<boolean> {
  const service = SERVICES[host.role];
  if (!service) return (await metricsOf(host)) !== undefined;
  const connection = Connection.lazy({
    address: `${IP}:${host.ports.grpc}`,
    interceptors: [],
    // A look is over before a ping would be due, and shares nothing with the next one.
    channelArgs: {
      ...{ 'grpc.enable_http_proxy': 0, 'grpc.use_local_subchannel_pool': 1 },
      'grpc.keepalive_time_ms': 600_000,
    },
  });
  try {
    const { status } = await connection.withDeadline(Date.now() + LOOK_MS, () =>
      connection.healthService.check({ service }),
    );
    return Number(status) === SERVING;
  } catch {
    return false;
  } finally {
    await connection.close();
  }
}

/** How many shards a history host owns; undefined for others, and for one that does not answer. */
export async function shardsOf(host: Host): Promise<number | undefined> {
  if (host.role !== 'history') return undefined;
  const text = await metricsOf(host);
  if (text === undefined) return undefined;
  const values = [...text.matchAll(/^numshards_gauge\S*\s+(\d+)/gm)].map(([, value]) => Number(value));
  return Math.max(0, ...values);
}

/** The names of those that do not serve. */
export async function silentAmong(hosts: readonly Host[]): Promise<string[]> {
  const looks = await Promise.all(
    hosts.map(async (host) => ({ name: host.name, serves: await isServing(host) })),
  );
  return looks.filter(({ serves }) => !serves).map(({ name }) => name);
}

/** How many shards have an owner among these. */
export async function ownedBy(hosts: readonly Host[]): Promise<number> {
  const owned = await Promise.all(hosts.map(shardsOf));
  return owned.reduce((sum: number, each) => sum + (each ?? 0), 0);
}

async function metricsOf({ ports }: Host): Promise<string | undefined> {
  try {
    const answer = await fetch(`http://${IP}:${ports.metrics}/metrics`, {
      signal: AbortSignal.timeout(LOOK_MS),
    });
    return answer.ok ? await answer.text() : undefined;
  } catch {
    return undefined;
  }
}
