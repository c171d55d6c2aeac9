// How the cluster stands: a line for each process, and the checks of an operator.
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Host, hostsOf, IP, type Ports, SHARDS } from '../../encores/cluster/layout.ts';
import { DATABASES, type DatabasePlace, type SearchPlace } from '../../encores/cluster/server-config.ts';
import { SCHEMA_VERSIONS } from '../../encores/cluster/versions.ts';
import { startGreeting } from '../../hello-ip/client.ts';
import type { State } from '../../hello-ip/web/vocabulary.ts';
import { symbolOf } from '../processes/output.ts';
import type { Report } from '../processes/supervisor.ts';
import { historiesIn } from './archive.ts';
import type { Status } from './control.ts';
import { contentsOf, membersOf, poolsOf, schemaVersion, startedSince } from './database.ts';
import { endOf } from './greetings.ts';
import { isServing, ownedBy, shardsOf, silentAmong } from './health.ts';
import type { LoggedError } from './logs.ts';
import { placeOf, postgresAnswers } from './postgres.ts';
import { indexedOf } from './search.ts';
import { clusterClient } from './up.ts';

/** Longer than a host waits before it looks for shards that nobody has, by default. */
const SHARED_OUT_WITHIN_MS = 75_000;
const GREETED_WITHIN_MS = 15_000;
const INDEXED_WITHIN_MS = 20_000;

type Reported = Report & { frozen: boolean };

/** "history-1   serving   pid 4711   148 MB   4 shards" */
export async function linesOfStatus(processes: Reported[], ports: Ports): Promise<string[]> {
  const hosts = hostsOf(ports);
  const shown = processes.filter(
    ({ name, state }) => state !== 'stopped' || !hosts.some((host) => host.name === name),
  );
  const width = Math.max(...shown.map(({ name }) => name.length));
  return Promise.all(
    shown.map(async (process) => {
      const host = hosts.find(({ name }) => name === process.name);
      const { state, word } = await standingOf(process, host);
      const shards = host && (await shardsOf(host));
      const facts = [
        ...(process.pid === undefined ? [] : [`pid ${process.pid}`, `${memoryOf(process.pid)} MB`]),
        ...(host ? [`gRPC ${host.ports.grpc}`] : []),
        ...(shards === undefined ? [] : [`${shards} ${shards === 1 ? 'shard' : 'shards'}`]),
        ...(process.pid === undefined && process.ended ? [`ended: ${process.ended}`] : []),
      ];
      return `${symbolOf(state)} ${process.name.padEnd(width)}  ${word.padEnd(8)}  ${facts.join('  ')}`;
    }),
  );
}

async function standingOf({ state, frozen }: Reported, host?: Host): Promise<{ state: State; word: string }> {
  if (frozen) return { state: 'paused', word: 'frozen' };
  if (state === 'starting') return { state: 'running', word: 'starting' };
  if (state !== 'ready') return { state: 'waiting', word: state };
  if (!host) return { state: 'done', word: 'ready' };
  return (await isServing(host)) ? { state: 'done', word: 'serving' } : { state: 'failed', word: 'silent' };
}

/** Resident; 0 where the system does not tell. */
function memoryOf(pid: number): number {
  try {
    const [, kilobytes = '0'] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Math.round(Number(kilobytes) / 1024);
  } catch {
    return 0;
  }
}

/** One thing that an operator would look at, and the command that helps where it is not so. */
export interface Finding {
  what: string;
  holds: boolean;
  fact: string;
  mend?: string;
}

/** Looks at everything, as an operator would. */
export async function verifyCluster(
  { processes, archive, search, errors }: Status,
  ports: Ports,
): Promise<Finding[]> {
  const running = hostsOf(ports).filter(({ name }) =>
    processes.some((each) => each.name === name && each.pid),
  );
  const silent = await silentAmong(running);
  const shards = await untilOwned(running);
  const place = placeOf(ports.database);
  const web = await fetch(`http://${IP}:${ports.ui}/api/v1/cluster-info`).catch(() => undefined);
  const start = (name: string) => `npm run cluster start ${name}`;
  return [
    {
      what: 'PostgreSQL answers',
      holds: await postgresAnswers(place),
      fact: `${IP}:${ports.database}`,
      mend: start('postgres'),
    },
    {
      what: 'every host serves',
      holds: silent.length === 0 && running.length > 0,
      fact: silent.length > 0 ? `silent: ${silent.join(', ')}` : `${running.length} hosts`,
      mend: start(silent[0] ?? 'frontend-1'),
    },
    {
      what: 'every shard has one owner',
      holds: shards === SHARDS,
      fact: `${shards} of ${SHARDS}`,
      mend: start('history-1'),
    },
    ...(await inDatabase(place, running)),
    ...(processes.some(({ name }) => name === 'pgbouncer') ? [await inPools(place, ports)] : []),
    ...(await throughBalancer(ports, place, search)),
    ...(archive ? [await inArchive(archive)] : []),
    {
      what: 'the Web UI answers',
      holds: web?.ok === true,
      fact: `http://${IP}:${ports.ui}`,
      mend: start('ui'),
    },
    inLogs(errors),
  ];
}

/** Whether the hosts have logged only what they always log when a neighbour dies. */
function inLogs(errors: LoggedError[]): Finding {
  const [first] = errors;
  const others = errors.length > 1 ? `, and ${errors.length - 1} more` : '';
  return {
    what: 'the hosts have logged no unknown error',
    holds: first === undefined,
    fact: first ? `${first.host} says ${first.count} times: ${first.message}${others}` : 'since the start',
    mend: first ? `npm run cluster stop ${first.host}, then npm run cluster start ${first.host}` : undefined,
  };
}

/** What the databases say: their schemas, what is in them, and which hosts say that they are there. */
async function inDatabase(place: DatabasePlace, running: Host[]): Promise<Finding[]> {
  const keys = Object.keys(DATABASES) as (keyof typeof DATABASES)[];
  const contents = await Promise.all(keys.map((key) => contentOf(place, key)));
  const members: number[] = await membersOf(place).catch(() => []);
  const unheard = running.filter(({ ports }) => !members.includes(ports.membership)).map(({ name }) => name);
  return [
    ...contents,
    {
      what: 'every host has told the database that it is there',
      holds: unheard.length === 0,
      fact: unheard.length > 0 ? `not heard of: ${unheard.join(', ')}` : `${running.length} hosts`,
      mend: `npm run cluster start ${unheard[0]}`,
    },
  ];
}

async function contentOf(place: DatabasePlace, key: keyof typeof DATABASES): Promise<Finding> {
  const what = `${DATABASES[key]} has its schema`;
  try {
    const [version, { tables, rows }] = await Promise.all([
      schemaVersion(place, key),
      contentsOf(place, key),
    ]);
    const counted = Object.entries(rows).map(([table, count]) => `${count} in ${table}`);
    const holds = version === SCHEMA_VERSIONS[key];
    const fact = `${version}, ${tables} tables, ${counted.join(', ')}`;
    return { what, holds, fact, mend: 'Ctrl-C, then npm run cluster' };
  } catch (error) {
    return { what, holds: false, fact: (error as Error).message, mend: 'npm run cluster start postgres' };
  }
}

/** Whether the hosts use PgBouncer, and none of them waits for a connection. */
async function inPools(place: DatabasePlace, ports: Ports): Promise<Finding> {
  const pools = await poolsOf(place, ports.pgbouncer).catch(() => []);
  const facts = pools.map(
    ({ clients, waiting, connections }) =>
      `${clients} clients share ${connections} connections${waiting > 0 ? `, ${waiting} wait` : ''}`,
  );
  return {
    what: 'the hosts share the connections of PgBouncer',
    holds: pools.some(({ clients }) => clients > 0) && pools.every(({ waiting }) => waiting === 0),
    fact: facts.join('; ') || 'it does not answer',
    mend: 'npm run cluster start pgbouncer',
  };
}

/** Whether what was started since the index is there can be found in it; a document takes a second or two. */
async function inIndex(place: DatabasePlace, search: SearchPlace, id: string): Promise<Finding> {
  const until = Date.now() + INDEXED_WITHIN_MS;
  for (;;) {
    const indexed = await indexedOf(search, id);
    const started = indexed && (await startedSince(place, id, indexed.since).catch(() => undefined));
    const holds = started !== undefined && indexed?.documents === started;
    if (holds || Date.now() > until)
      return {
        ...{ what: 'every execution is in the index', holds, mend: 'npm run cluster start search' },
        fact: indexed
          ? `documents: ${indexed.documents}, executions: ${started ?? 'unknown'}`
          : `nobody answers at ${search.url}`,
      };
    await delay(250);
  }
}

/** Whether what has ended is in the archive, of which there is at least the greeting above. */
async function inArchive(archive: string): Promise<Finding> {
  const count = await historiesIn(archive);
  return {
    what: 'what has ended is archived',
    holds: count > 0,
    fact: `${count} Event ${count === 1 ? 'History' : 'Histories'} in ${fileURLToPath(archive)}`,
    mend: 'npm run cluster start history-1',
  };
}

/** How many shards have an owner. A ring that has just changed shares them out within seconds. */
async function untilOwned(running: Host[]): Promise<number> {
  const until = Date.now() + SHARED_OUT_WITHIN_MS;
  for (;;) {
    const shards = await ownedBy(running);
    if (shards === SHARDS || Date.now() > until) return shards;
    await delay(250);
  }
}

async function throughBalancer(ports: Ports, place: DatabasePlace, search?: SearchPlace): Promise<Finding[]> {
  const client = clusterClient(ports);
  try {
    const { workflowService } = client;
    const info = await client
      .withDeadline(Date.now() + 3000, () => workflowService.getSystemInfo({}))
      .catch(() => undefined);
    const space = await client
      .withDeadline(Date.now() + 3000, () => workflowService.describeNamespace({ namespace: 'default' }))
      .catch(() => undefined);
    const workflowId = `cluster-verify-${Date.now().toString(36)}`;
    const greeting = await greet().catch((error: Error) => error);
    const isGreeted = typeof greeting === 'string';
    return [
      {
        what: 'the balancer leads to a frontend',
        holds: info !== undefined,
        fact: info ? `Temporal Server ${info.serverVersion}` : `nobody answers at ${IP}:${ports.balancer}`,
        mend: 'npm run cluster start balancer',
      },
      {
        what: 'the namespace is there',
        holds: space !== undefined,
        fact: 'default',
        mend: 'npm run cluster',
      },
      {
        what: 'a greeting goes through',
        holds: isGreeted,
        fact: isGreeted ? greeting : greeting.message,
        mend: 'npm run cluster start worker',
      },
      ...(search ? [await inIndex(place, search, space?.namespaceInfo?.id ?? '')] : []),
    ];

    async function greet(): Promise<string> {
      await startGreeting(client, workflowId, { name: 'the cluster', seconds: 0 });
      const end = await endOf(client, workflowId, Date.now() + GREETED_WITHIN_MS);
      if (end === undefined) throw new Error(`none within ${GREETED_WITHIN_MS / 1000} s`);
      return workflowId;
    }
  } finally {
    await client.connection.close();
  }
}
