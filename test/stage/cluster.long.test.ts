// The Temporal Service as a real cluster: eight hosts on PostgreSQL, any of them killed, frozen or started, and nobody is left waiting.
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findBinaries } from '../../stage/cluster/binaries.ts';
import { findPgBouncer } from '../../stage/cluster/pgbouncer.ts';
import { setUpSchemas } from '../../stage/cluster/schema.ts';
import {
  cleanUp,
  killProcessesOf,
  newFolder,
  type Program,
  processesOf,
  run,
  until,
} from '../support/harness.ts';
import { dumpPrograms, postgresPrograms, startPostgres } from '../support/postgres.ts';
import { hasMaven, searchCommand } from '../support/search.ts';

/** Building the server with Go takes a quarter of an hour on a machine that has other things to do. */
const BUILT_WITHIN_MS = 1_200_000;
const MINUTE = 60_000;
const FIRST_PORT = 21_240;
/** What PostgreSQL needs for all of this, and a little more. */
const DISK_MB = 400;

const ports = Object.fromEntries(
  [
    'CLUSTER_PORT',
    'CLUSTER_DB_PORT',
    'CLUSTER_UI_PORT',
    'CLUSTER_CONTROL_PORT',
    'CLUSTER_NETWORK_PORT',
    'CLUSTER_APP_PORT',
    'CLUSTER_PGBOUNCER_PORT',
    'CLUSTER_SEARCH_PORT',
    'CLUSTER_HOSTS_PORT',
  ].map((variable, index) => [variable, String(FIRST_PORT + index)]),
);

let folder: string;
let cluster: Program;
/** Where PostgreSQL writes: a small disk of its own, if we may make one. */
let disk: string | undefined;
const env: NodeJS.ProcessEnv = { ...ports };

const command = (...words: string[]) => run('stage/commands/cluster.ts', words, { folder, env });

async function saidBy(...words: string[]): Promise<{ code: number | null; said: string }> {
  const program = await command(...words);
  const { code } = await program.ended();
  return { code, said: program.output() };
}

async function must(...words: string[]): Promise<string> {
  const { code, said } = await saidBy(...words);
  expect(code, said).toBe(0);
  return said;
}

async function start(...words: string[]): Promise<Program> {
  const started = await command(...words);
  await started.untilSaid('Ctrl-C stops all of it');
  return started;
}

beforeAll(async () => {
  folder = newFolder();
  disk = smallDisk(join(folder, 'cluster', 'postgres'));
  const tools = newFolder();
  const programs = dumpPrograms(tools);
  writeFileSync(join(tools, 'opensearch'), launcher(tools), { mode: 0o755 });
  env.PATH = [tools, programs, process.env.PATH].filter(Boolean).join(':');
  if (!programs) console.warn('There is no pg_dump 16: backup and restore are not tested.');
  await findBinaries(console.log, new AbortController().signal);
  cluster = await start();
}, BUILT_WITHIN_MS);
afterAll(async () => {
  await killProcessesOf(folder);
  removeDisk();
  await cleanUp();
});

function smallDisk(at: string): string | undefined {
  mkdirSync(at, { recursive: true });
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MB}m`, 'tmpfs', at], { stdio: 'ignore' });
    return at;
  } catch {
    console.warn('No disk can be mounted here: a full one is not tested.');
    return undefined;
  }
}

function removeDisk(): void {
  if (disk) execFileSync('umount', ['--lazy', disk]);
  disk = undefined;
}

/** As OpenSearch is run: its settings are words of the command. */
function launcher(libraries: string): string {
  if (!hasMaven()) return '#!/bin/sh\nexit 1\n';
  const [java, ...words] = searchCommand('opensearch', libraries).map((word) => `'${word}'`);
  return `#!/bin/sh
for word; do case $word in
  -Epath.data=*) data=\${word#*=} ;; -Enetwork.host=*) host=\${word#*=} ;; -Ehttp.port=*) port=\${word#*=} ;;
esac; done
exec ${java} ${words.join(' ')} "$data" "$host" "$port"
`;
}

it('is up: every host serves, every shard has one owner, and a greeting goes through', async () => {
  const verified = await must('verify');
  for (const what of [
    ...['every host serves', '8 of 8', 'Temporal Server 1.31.2', 'a greeting goes through'],
    ...['1.19, 40 tables', '1.14, 3 tables', 'every host has told the database'],
  ])
    expect(verified).toContain(what);
  expect(verified).not.toContain('Help:');
  const status = await must('status');
  for (const name of ['postgres', 'frontend-2', 'history-2', 'matching-2', 'worker-2', 'balancer', 'ui'])
    expect(status).toMatch(new RegExp(`✔ ${name} +(serving|ready)`));
});

// The others are killed by the rehearsal of the notes. How late they are is for the drill to judge, on a machine that has nothing else to do.
it.each([['worker-1'], ['history-1', 'at-once'], ['matching-1', 'at-once']])(
  '%s is killed with sixty greetings in flight: all are greeted, none twice',
  async (...words) => {
    expect((await saidBy('drill', ...words)).said).toMatch(
      /\S+ +60 of 60 greeted, 0 looked up twice or never/,
    );
  },
);

it('no start from the form fails while a frontend is killed', async () => {
  const answers: Promise<Response>[] = [];
  // Not more than the Worker keeps up with: the next test has its turn soon.
  const sending = setInterval(() => answers.push(sendForm()), 400);
  for (const name of ['frontend-1', 'frontend-2']) {
    await must('kill', name);
    await must('start', name);
  }
  clearInterval(sending);
  const statuses = (await Promise.all(answers)).map(({ status }) => status);
  expect(statuses.length).toBeGreaterThan(5);
  expect(statuses.filter((status) => status !== 303)).toEqual([]);
});

it('the pages tell one host that is gone from a Service that is away', async () => {
  // As many as are needed for each history host to own some.
  const sent = await Promise.all(Array.from({ length: 16 }, () => sendForm(3600)));
  const pages = sent.map(({ headers }) => new URL(headers.get('location') ?? '', appUrl()));
  const read = async () => (await Promise.all(pages.map(async (url) => (await fetch(url)).text()))).join();
  // What the Worker still has to do from the test before comes first.
  await until(async () => (await read()).split('Sleeping').length > pages.length, 60_000);
  await must('kill', 'history-1');
  const shown: string[] = [];
  await until(async () => {
    shown.push(await read());
    return shown.at(-1)?.includes('One host does not answer') === true;
  });
  await must('start', 'history-1');
  await until(async () => !/One host|Service away/.test(shown[shown.push(await read()) - 1] ?? ''), 60_000);
  expect(shown.join()).not.toContain('Temporal Service away');
  // And its timeline has the host's own lane.
  expect(await read()).toContain('kill -9 history-1');
});

const appUrl = () => `http://127.0.0.1:${ports.CLUSTER_APP_PORT}`;

/** Sends the form as a browser does. */
function sendForm(seconds = 0): Promise<Response> {
  const body = new URLSearchParams({ name: 'Ziggy', seconds: String(seconds) });
  return fetch(`${appUrl()}/greetings`, { method: 'POST', redirect: 'manual', body });
}

describe('what is not so is said with what helps', () => {
  it('a host that is stopped, and one that is frozen', async () => {
    await must('stop', 'matching-2');
    await must('freeze', 'frontend-2');
    const { code, said } = await saidBy('verify');
    expect(code).toBe(1);
    expect(said).toContain('silent: frontend-2. Help: npm run cluster start frontend-2');
    expect(await must('status')).toMatch(/‖ frontend-2 +frozen/);
    await must('thaw', 'frontend-2');
    await must('start', 'matching-2');
    // What the frozen one had taken comes after its time-outs.
    await until(async () => (await saidBy('verify')).code === 0, MINUTE);
  });

  it('a name that there is not, and a word', async () => {
    expect((await saidBy('kill', 'history-9')).said).toContain(
      '"history-9" is not a process of the cluster.',
    );
    expect((await saidBy('stauts')).said).toContain('Did you mean: npm run cluster status');
    expect((await saidBy('reset')).said).toContain('The cluster is up. Stop it first');
    expect((await saidBy('restore')).said).toContain('The cluster is up. Stop it first');
    expect((await saidBy('drill', 'history-1', 'soon')).said).toContain('drill history-1 at-once');
    expect((await saidBy('with', 'elasticsearch', 'opensearch')).said).toContain('do the same. Choose one');
    expect((await saidBy('with', 'elasticsearch')).said).toContain(
      'Elasticsearch is not on PATH. Install it',
    );
  });
});

describe('refused before anything is written', () => {
  it('a wrong password', async () => {
    const place = {
      host: '127.0.0.1',
      port: Number(ports.CLUSTER_DB_PORT),
      user: 'temporal',
      password: 'no',
    };
    await expect(setUpSchemas('', place)).rejects.toThrow(
      /password authentication failed .*\. Correct CLUSTER_/,
    );
  });

  it.skipIf(!postgresPrograms())('a schema that is newer than the server', async () => {
    const postgres = await startPostgres();
    try {
      const psql = (database: string, sql: string) =>
        execa(join(postgresPrograms() ?? '', 'psql'), [postgres.url.replace(/[^/]*$/, database), '-c', sql]);
      await psql('postgres', 'create database temporal');
      await psql('temporal', "create table schema_version as select '1.20' as curr_version");
      const { hostname: host, port, username: user } = new URL(postgres.url);
      await expect(setUpSchemas('', { host, port: Number(port), user, password: '' })).rejects.toThrow(
        'The schema of temporal is 1.20, and Temporal Server 1.31.2 knows 1.19.',
      );
    } finally {
      await postgres.stop();
    }
  });
});

it('one more host joins while it runs, and owns shards', async () => {
  await must('scale', 'history', '3');
  await until(async () => /history-3 +serving.*[1-9] shards?/.test(await must('status')));
  await must('verify');
  await must('scale', 'history', '2');
  await must('verify');
});

it('a full disk stops everything, and with room on it everything goes on', async ({ skip }) => {
  if (!disk) return skip();
  const rest = join(disk, 'rest');
  execFileSync('sh', ['-c', 'cat /dev/zero > "$1" || true', 'sh', rest], { stdio: 'ignore' });
  await until(async () => (await saidBy('verify')).code === 1, MINUTE);
  rmSync(rest);
  // It may have survived, or given up.
  await until(async () => (await saidBy('start', 'postgres')).code === 0, MINUTE);
  await until(async () => (await saidBy('verify')).said.includes('✔ a greeting goes through'), MINUTE);
});

it('all of it killed at once, and a host while it starts: the next start clears up, and what was there is there', async () => {
  for (const pid of processesOf(folder)) process.kill(pid, 'SIGKILL');
  await cluster.ended();
  expect((await saidBy('status')).said).toContain('The cluster is not up.');
  cluster = await command();
  const noted = join(folder, 'cluster', 'pids', 'history-1.json');
  // By then, what the last one noted is cleared away.
  await cluster.untilSaid('Schemas are up to date');
  await until(() => existsSync(noted), MINUTE);
  process.kill(JSON.parse(readFileSync(noted, 'utf8')).pid, 'SIGKILL');
  await cluster.untilSaid('Ctrl-C stops all of it');
  await must('verify');
});

let slow: URL;

it('a backup is made while it runs, and Ctrl-C leaves nothing behind', async () => {
  const { headers } = await sendForm(40);
  slow = new URL(headers.get('location') ?? '', appUrl());
  await until(async () => (await (await fetch(slow)).text()).includes('Sleeping'), MINUTE);
  if (hasDump()) await must('backup');
  await cluster.leave('SIGINT');
  await until(() => processesOf(folder).length === 0);
});

it('a port that is taken is named, with the variable that moves it', async () => {
  const other = createServer().listen(Number(ports.CLUSTER_HOSTS_PORT) + 16, '127.0.0.1');
  await once(other, 'listening');
  expect((await saidBy()).said).toMatch(/Port \d+ is in use.*CLUSTER_HOSTS_PORT/);
  other.close();
});

const hasDump = () => env.PATH?.split(':').some((path) => existsSync(join(path, 'pg_dump'))) === true;

const pgbouncer = await findPgBouncer().catch(() => undefined);
if (!pgbouncer) console.warn('PgBouncer is not installed: the cluster is not tested with it.');
if (!hasMaven()) console.warn('There is no Maven or no Java: the cluster is not tested with OpenSearch.');

it('after a reset and a restore, a greeting that slept goes on: through PgBouncer, with OpenSearch and an archive', async () => {
  if (hasDump()) {
    removeDisk();
    await must('reset');
    await must('restore');
  }
  const extras = [...(pgbouncer ? ['pgbouncer'] : []), ...(hasMaven() ? ['opensearch'] : []), 'archival'];
  cluster = await start('with', ...extras);
  await until(async () => (await (await fetch(slow)).text()).includes('Hello, Ziggy'), MINUTE);
  const verified = await must('verify');
  expect(verified).toMatch(/what has ended is archived +[1-9]/);
  if (pgbouncer)
    expect(verified).toMatch(/share the connections of PgBouncer +\d+ clients share \d+ connections/);
  if (hasMaven())
    expect(verified).toMatch(/every execution is in the index +documents: (\d+), executions: \1/);
});

it.skipIf(!pgbouncer)('PgBouncer is killed: all are greeted, none twice', async () => {
  expect((await saidBy('drill', 'pgbouncer')).said).toMatch(/60 of 60 greeted, 0 looked up twice or never/);
});

it.skipIf(!hasMaven())(
  'OpenSearch is killed: greetings go through, and nothing is missing in it afterwards',
  async () => {
    await must('kill', 'search');
    expect((await saidBy('verify')).said).toMatch(/✔ a greeting goes through/);
    await must('start', 'search');
    await must('verify');
    await must('stop');
    await cluster.ended();
  },
);
