// The manifests, checked by the field's own tools, and their containers run as plain processes: a cluster starts from each, and greets.
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { execa, execaSync } from 'execa';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { pooled } from '../../encores/cluster/pooling.ts';
import { findBinaries } from '../../stage/cluster/binaries.ts';
import { findPgBouncer } from '../../stage/cluster/pgbouncer.ts';
import { initPostgres, owner, postgresProgram } from '../../stage/cluster/postgres.ts';
import { installPackages } from '../../stage/processes/install.ts';
import { findTemporalCli } from '../../stage/processes/temporal-cli/resolve.ts';
import { ROOT } from '../../stage/settings.ts';
import { cleanUp, newFolder } from '../support/harness.ts';
import { hasMaven, searchCommand } from '../support/search.ts';
import { hasNamespaces, type Machine, type Running, startMachine } from './containers.ts';
import {
  type Container,
  containersOfBlueprint,
  containersOfChart,
  containersOfCompose,
  DEPLOY,
  PASSWORD,
  POD_IP,
  readBlueprint,
  readCompose,
  readDeploy,
  resourcesOf,
} from './manifests.ts';
import { goTool, kubernetesValidate, missingForTools } from './tools.ts';

const MINUTE = 60_000;
/** Building Helm and Compose takes two minutes each on two cores that do nothing else. */
const BUILT_WITHIN_MS = 20 * MINUTE;
const RELEASE = 'invincible';

let tools: string;
let helm: string;
let compose: string;

const toolsMissing = await missingForTools();
if (toolsMissing.length > 0)
  console.warn(`The manifests are not checked: there is no ${toolsMissing.join(', no ')}.`);

beforeAll(async () => {
  tools = newFolder();
  if (toolsMissing.length > 0) return;
  helm = await goTool('helm', tools);
  compose = await goTool('compose', tools);
}, BUILT_WITHIN_MS);
afterAll(cleanUp);

const template = async (...words: string[]) =>
  (await execa(helm, ['template', RELEASE, join(DEPLOY, 'chart'), ...words])).stdout;

describe.skipIf(toolsMissing.length > 0)('what the tools of the field say', () => {
  it('Compose reads compose.yaml, and not one with a mistake', async () => {
    const read = (text: string) => {
      const file = join(tools, 'compose.yaml');
      writeFileSync(file, text);
      return execa(compose, ['-f', file, 'config', '--quiet'], { reject: false });
    };
    const right = readDeploy('compose.yaml');
    expect((await read(right)).stderr).toBe('');
    expect((await read(right.replace('service_healthy', 'service_helthy'))).failed).toBe(true);
    expect((await read(right.replace('healthcheck:', 'helthcheck:'))).failed).toBe(true);
  });

  it.each([['a laptop'], ['production', '--values', join(DEPLOY, 'chart', 'values-production.yaml')]])(
    'Helm and the schemas of Kubernetes: the chart for %s',
    async (_what, ...values) => {
      const lint = await execa(helm, ['lint', '--strict', join(DEPLOY, 'chart'), ...values], {
        reject: false,
      });
      expect(lint.stdout).toContain('0 chart(s) failed');
      const rendered = await template(...values);
      expect(await kubernetesValidate(rendered, tools)).toBe('');
    },
  );

  it('the schemas find a mistake', async () => {
    const rendered = await template();
    expect(await kubernetesValidate(rendered.replace('replicas: 2', 'replicas: two'), tools)).not.toBe('');
    expect(await kubernetesValidate(rendered.replace('livenessProbe', 'livelyProbe'), tools)).not.toBe('');
  });

  it('the chart keeps each role on its feet, and hides the password', async () => {
    const resources = resourcesOf(await template());
    const named = (kind: string) =>
      resources.filter((each) => each.kind === kind).map(({ metadata }) => metadata.name);
    for (const role of ['frontend', 'history', 'matching', 'worker', 'kit-worker', 'kit-app']) {
      expect(named('Deployment')).toContain(`${RELEASE}-${role}`);
      expect(named('PodDisruptionBudget')).toContain(`${RELEASE}-${role}`);
    }
    expect(named('HorizontalPodAutoscaler')).toEqual([`${RELEASE}-kit-worker`]);
    expect(named('Secret')).toEqual([]);
  });

  it('in production, schemas come before everything else, and no store is run inside', async () => {
    const resources = resourcesOf(
      await template('--values', join(DEPLOY, 'chart', 'values-production.yaml')),
    );
    const setup = resources.find(({ metadata }) => metadata.name === `${RELEASE}-setup`);
    expect(setup?.metadata.annotations?.['helm.sh/hook']).toBe('pre-install,pre-upgrade');
    expect(resources.filter(({ kind }) => kind === 'StatefulSet')).toEqual([]);
  });

  it('the Application is one of Argo CD, of this chart', async () => {
    await installPackages(join(ROOT, 'test', 'deploy'), { what: 'The schemas of Argo CD', size: '27 MB' });
    const check = (application: unknown) =>
      execa('node', [join(ROOT, 'test', 'deploy', 'argocd.mjs')], {
        input: JSON.stringify(application),
        reject: false,
      });
    const application = parse(readDeploy('argocd.yaml'));
    expect((await check(application)).stderr).toBe('');
    application.spec.source.repoURL = 1;
    expect((await check(application)).stderr).toContain('repoURL must be string');
    expect(join(ROOT, application.spec.source.path)).toBe(join(DEPLOY, 'chart'));
  });
});

const pgbouncer = await findPgBouncer().catch(() => undefined);
const missing = [
  ...toolsMissing,
  ...(hasNamespaces() ? [] : ['namespaces of Linux, as root']),
  ...(hasMaven() ? [] : ['Maven and Java']),
  ...(pgbouncer ? [] : ['PgBouncer']),
];
if (missing.length > 0) console.warn(`The manifests are not started: ${missing.join(', ')} missing.`);

describe.skipIf(missing.length > 0)('a cluster starts from', () => {
  let folder: string;
  let machine: Machine;
  let ui: string;
  const started: { container: Container; running: () => Running }[] = [];

  beforeAll(async () => {
    folder = newFolder();
    await installPackages(join(ROOT, 'encores', 'cluster'), {
      what: 'The PostgreSQL of the cluster',
      size: '60 MB',
    });
    const programs = join(folder, 'programs of the images');
    mkdirSync(programs);
    const {
      server,
      sqlTool,
      searchTool,
      ui: uiServer,
    } = await findBinaries(console.log, new AbortController().signal);
    const { path: temporal } = await findTemporalCli({ env: process.env, print: console.log });
    for (const [name, path] of Object.entries({
      ...{ temporal, 'temporal-server': server, 'temporal-sql-tool': sqlTool },
      'temporal-elasticsearch-tool': searchTool,
      node: process.execPath,
    }))
      symlinkSync(path, join(programs, name));
    ui = uiServer;
    searchCommand('elasticsearch', tools);
  }, BUILT_WITHIN_MS);

  afterEach(async () => {
    await machine?.stop();
    started.splice(0);
  });

  const boot = async () => {
    machine = await startMachine(
      newFolder(),
      join(folder, 'programs of the images'),
      join(DEPLOY, 'chart', 'files'),
    );
  };

  it(
    'compose.yaml, in its order',
    async () => {
      await boot();
      const containers = containersOfCompose();
      const { services } = readCompose();
      for (const { name } of containers) machine.addressOf(name);
      const ready = new Map<string, Promise<unknown>>();
      const bring = (container: Container): Promise<unknown> => {
        const known = ready.get(container.name);
        if (known) return known;
        const { depends_on: before = {}, healthcheck } = services[container.name] ?? {};
        const coming = (async () => {
          await Promise.all(
            Object.keys(before).map((name) =>
              bring(containers.find((each) => each.name === name) as Container),
            ),
          );
          if (container.image.startsWith('temporalio/admin-tools')) return untilDone(container);
          await keep(container, container.name);
          if (healthcheck) await untilHealthy(container, healthcheck.test);
        })();
        ready.set(container.name, coming);
        return coming;
      };
      await Promise.all(containers.map(bring));
      await proveGreeting('kit-app', 'ui');
      // It can be run again at any time.
      await untilDone(containers.find(({ name }) => name === 'setup') as Container);
    },
    5 * MINUTE,
  );

  it(
    'the chart, all at once, two of each',
    async () => {
      await boot();
      const resources = resourcesOf(await template());
      // Both apps would listen on the one port of this one machine.
      const containers = containersOfChart(resources, RELEASE).map((each) =>
        each.name === 'kit-app' ? { ...each, replicas: 1 } : each,
      );
      for (const { name, replicas } of containers)
        for (let index = 0; index < replicas; index += 1)
          machine.addressOf(`${name}-${index}`, `${RELEASE}-${name}`);
      for (const container of containers.filter(({ name }) => name !== 'setup' && !name.includes('/')))
        for (let index = 0; index < container.replicas; index += 1) {
          const init = containers.find(({ name }) => name === `${container.name}/namespace`);
          await keep(container, `${container.name}-${index}`, init);
        }
      await untilDone(containers.find(({ name }) => name === 'setup') as Container);
      for (const { metadata, spec } of resources)
        for (const { readinessProbe } of spec?.template?.spec.containers ?? []) {
          if (!readinessProbe?.grpc) continue;
          const host = `${metadata.name.replace(`${RELEASE}-`, '')}-1`;
          const where = `${machine.addressOf(host)}:${readinessProbe.grpc.port}`;
          expect(await inside('serving', where, readinessProbe.grpc.service), host).toBe('serving');
        }
      await proveGreeting('kit-app-0', 'invincible-ui');
    },
    5 * MINUTE,
  );

  it(
    'the blueprint, two of each',
    async () => {
      await boot();
      const containers = containersOfBlueprint(readBlueprint());
      machine.addressOf('postgres');
      for (const { name, replicas } of containers)
        for (let index = 0; index < replicas; index += 1) machine.addressOf(`${name}-${index}`, name);
      await keep({ name: 'postgres', image: 'postgres', command: [], env: {}, replicas: 1 }, 'postgres');
      for (const container of containers.filter(({ name }) => !name.endsWith('/before')))
        for (let index = 0; index < container.replicas; index += 1)
          await keep(
            container,
            `${container.name}-${index}`,
            index === 0 ? containers.find(({ name }) => name === `${container.name}/before`) : undefined,
          );
      await proveGreeting('kit-app-0', 'ui');
    },
    5 * MINUTE,
  );

  /** Started again whenever it ends, as restart policies do. */
  async function keep(container: Container, host: string, before?: Container): Promise<void> {
    const { command, env, asNobody } = await runs(container, host);
    const own = machine;
    let running: Running | undefined;
    const start = () => {
      running = own.start({ host, command, env, asNobody });
      void running.ended.then(() => delay(1000)).then(() => machine === own && !isOver && start());
      return running;
    };
    let isOver = false;
    started.push({ container, running: () => running as Running });
    const stop = own.stop;
    own.stop = async () => {
      isOver = true;
      await stop();
    };
    if (before) void untilDone(before, host).then(start);
    else start();
  }

  /** Until it has ended well, as a Job or restart: on-failure does. */
  async function untilDone(container: Container, host = container.name): Promise<void> {
    machine.addressOf(host);
    for (let tried = 0; ; tried += 1) {
      const running = machine.start({ host, command: container.command, env: container.env });
      if ((await running.ended) === 0) return;
      if (tried >= 60) throw new Error(`${container.name}: ${running.output()}`);
      await delay(1000);
    }
  }

  async function untilHealthy({ name, env }: Container, [kind, ...words]: string[]): Promise<void> {
    const [program = ''] = words;
    // What is not in this machine is asked with a connection: pg_isready belongs to the image.
    const port = program === 'pg_isready' ? '5432' : '';
    const asked = port
      ? `exec 3<>/dev/tcp/${machine.addressOf(name)}/${port}`
      : program.replaceAll('$$', '$');
    expect(kind).toMatch(/^CMD/);
    for (let tried = 0; tried < 120; tried += 1) {
      const command = ['bash', '-c', asked];
      if ((await machine.start({ host: name, command, env }).ended) === 0) return;
      await delay(500);
    }
    throw new Error(`${name} is not healthy: ${outputOf(name)}`);
  }

  /** The program of this machine that stands for the image. */
  async function runs(
    { image, command, env }: Container,
    host: string,
  ): Promise<{ command: readonly string[]; env: Record<string, string>; asNobody?: boolean }> {
    const address = machine.addressOf(host);
    const own = Object.fromEntries(
      Object.entries(env).map(([name, value]) => [name, value.replace(POD_IP, address)]),
    );
    if (/^postgres/.test(image)) return { ...(await postgres(address)), env: {} };
    if (image.includes('pgbouncer')) return { ...pool(own, address), env: {} };
    if (/elasticsearch/.test(image))
      return { command: [...searchCommand('elasticsearch', tools), newFolder(), '0.0.0.0', '9200'], env: {} };
    if (/temporalio\/ui/.test(image)) return { command: webUi(own), env: {} };
    if (/kit|\/Dockerfile/.test(image)) return kit(command, own);
    return { command: command.length > 0 ? command : ['/etc/temporal/entrypoint.sh'], env: own };
  }

  async function postgres(address: string) {
    const at = newFolder();
    const data = await initPostgres(join(at, 'cluster'));
    const settings = [`listen_addresses=${address}`, 'unix_socket_directories=', 'max_connections=300'];
    const args = ['-D', data, '-p', '5432', ...settings.flatMap((setting) => ['-c', setting])];
    return { command: [postgresProgram(join(at, 'cluster'), 'postgres'), ...args], asNobody: true };
  }

  /** As https://github.com/edoburu/docker-pgbouncer makes its configuration of the variables. */
  function pool(env: Record<string, string>, address: string) {
    const at = newFolder();
    const users = join(at, 'users.txt');
    const database = {
      host: env.DB_HOST ?? '',
      port: Number(env.DB_PORT ?? 5432),
      user: env.DB_USER ?? '',
      password: PASSWORD,
    };
    const files = pooled({ port: 5432, database, users });
    const asked = files.config
      .replace(/^listen_addr.*/m, `listen_addr = ${address}`)
      .replace(/^pool_mode.*/m, `pool_mode = ${env.POOL_MODE}`)
      .replace(/^auth_type.*/m, `auth_type = ${env.AUTH_TYPE}`)
      .replace(/^default_pool_size.*/m, `default_pool_size = ${env.DEFAULT_POOL_SIZE}`)
      .replace(/^max_client_conn.*/m, `max_client_conn = ${env.MAX_CLIENT_CONN}`)
      .replace(/^ignore_startup.*/m, `ignore_startup_parameters = ${env.IGNORE_STARTUP_PARAMETERS}`);
    writeFileSync(users, files.users, { mode: 0o644 });
    writeFileSync(join(at, 'pgbouncer.ini'), asked, { mode: 0o644 });
    execaSync('chown', ['-R', `${owner.uid}:${owner.gid}`, at]);
    return { command: [pgbouncer as string, join(at, 'pgbouncer.ini')], asNobody: true };
  }

  function webUi(env: Record<string, string>): string[] {
    const at = newFolder();
    const config = {
      temporalGrpcAddress: env.TEMPORAL_ADDRESS,
      host: '0.0.0.0',
      port: 8080,
      enableUi: true,
      disableNewsFetch: true,
    };
    writeFileSync(join(at, 'ui.yaml'), stringify(config));
    return [ui, '--root', at, '--config', '.', '--env', 'ui', 'start'];
  }

  /** The Worker asks the internet, which here is the network switch in venue mode. */
  function kit(command: readonly string[], env: Record<string, string>) {
    const isWorker = command.length === 0;
    if (!isWorker) return { command, env };
    const lookups =
      'node stage/run.cjs stage/network/process.ts venue & exec node stage/run.cjs hello-ip/worker.ts';
    const port = String(9000 + started.length);
    const [no_proxy = ''] = (env.TEMPORAL_ADDRESS ?? '').split(':');
    const proxy = { NETWORK_PORT: port, http_proxy: `http://127.0.0.1:${port}`, no_proxy };
    return { command: ['sh', '-c', lookups], env: { ...env, ...proxy } };
  }

  async function inside(...words: string[]): Promise<string> {
    const asked = machine.start({
      host: 'visitor',
      command: ['node', 'stage/run.cjs', 'test/deploy/inside.ts', ...words],
      env: {},
    });
    if ((await asked.ended) === 0) return asked.output().trim();
    throw new Error(
      `${words.join(' ')}: ${asked.output()}\n${started.map(({ container }) => outputOf(container.name)).join('\n')}`,
    );
  }

  const outputOf = (name: string) =>
    started
      .filter(({ container }) => container.name === name)
      .map(({ running }) => `--- ${name}\n${running()?.output().slice(-1500)}`)
      .join('\n');

  /** From the form to the greeting, which Elasticsearch then lists, and the Web UI too. */
  async function proveGreeting(app: string, webUi: string): Promise<void> {
    expect(await inside('greet', `http://${app}:8000`)).toContain('Hello, Ziggy');
    expect(await inside('get', `http://${webUi}:8080/healthz`)).not.toBe('');
    await expect
      .poll(() => inside('get', `http://${webUi}:8080/api/v1/namespaces/default/workflows`), {
        timeout: MINUTE,
      })
      .toContain('greeting');
  }
});
