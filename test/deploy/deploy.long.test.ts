// The manifests, checked by the field's own tools, and their containers run as plain processes: a cluster starts from each, and greets.
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { findBinaries } from '../../stage/cluster/binaries.ts';
import { findPgBouncer } from '../../stage/cluster/pgbouncer.ts';
import { installPackages } from '../../stage/processes/install.ts';
import { findTemporalCli } from '../../stage/processes/temporal-cli/resolve.ts';
import { ROOT } from '../../stage/settings.ts';
import { cleanUp, newFolder } from '../support/harness.ts';
import { hasMaven, searchCommand } from '../support/search.ts';
import { hasNamespaces, type Machine, startMachine } from './containers.ts';
import type { Installed } from './images.ts';
import {
  type Container,
  containersOfBlueprint,
  containersOfChart,
  containersOfCompose,
  DEPLOY,
  readBlueprint,
  readCompose,
  readDeploy,
  resourcesOf,
} from './manifests.ts';
import { createOrchestrator, type Orchestrator } from './orchestrator.ts';
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
  let programs: string;
  let installed: Installed;
  let machine: Machine;
  let run: Orchestrator;

  beforeAll(async () => {
    programs = join(newFolder(), 'programs of the images');
    mkdirSync(programs);
    const postgres = { what: 'The PostgreSQL of the cluster', size: '60 MB' };
    await installPackages(join(ROOT, 'encores', 'cluster'), postgres);
    const { server, sqlTool, searchTool, ui } = await findBinaries(console.log, new AbortController().signal);
    const { path: temporal } = await findTemporalCli({ env: process.env, print: console.log });
    for (const [name, path] of Object.entries({
      ...{ node: process.execPath, temporal, 'temporal-server': server },
      ...{ 'temporal-sql-tool': sqlTool, 'temporal-elasticsearch-tool': searchTool },
    }))
      symlinkSync(path, join(programs, name));
    installed = { ui, pgbouncer: pgbouncer as string, libraries: tools };
    searchCommand('elasticsearch', tools);
  }, BUILT_WITHIN_MS);

  beforeEach(async () => {
    machine = await startMachine(newFolder(), programs, join(DEPLOY, 'chart', 'files'));
    run = createOrchestrator(machine, installed);
  });
  afterEach(() => run.stop());

  it('compose.yaml, in its order', { timeout: 5 * MINUTE }, async () => {
    const containers = new Map(containersOfCompose().map((each) => [each.name, each]));
    const { services } = readCompose();
    for (const name of containers.keys()) machine.addressOf(name);
    const ready = new Map<string, Promise<void>>();
    const bring = (name: string): Promise<void> => {
      const coming = ready.get(name) ?? bringAfterOthers(name);
      ready.set(name, coming);
      return coming;
    };
    const bringAfterOthers = async (name: string) => {
      const container = containers.get(name) as Container;
      const { depends_on: others = {}, healthcheck } = services[name] ?? {};
      await Promise.all(Object.keys(others).map(bring));
      if (container.image.startsWith('temporalio/admin-tools')) return run.untilDone(container);
      await run.keep(container, name);
      if (healthcheck) await run.untilHealthy(container, healthcheck.test);
    };
    await Promise.all([...containers.keys()].map(bring));
    await proveGreeting('kit-app', 'ui');
    // It can be run again at any time.
    await run.untilDone(containers.get('setup') as Container);
  });

  it('the chart, all at once, two of each', { timeout: 5 * MINUTE }, async () => {
    const resources = resourcesOf(await template());
    const containers = containersOfChart(resources, RELEASE);
    const setup = containers.find(({ name }) => name === 'setup') as Container;
    await keepAll(containers, '/namespace', RELEASE);
    await run.untilDone(setup);
    for (const { metadata, spec } of resources)
      for (const { readinessProbe } of spec?.template?.spec.containers ?? []) {
        if (!readinessProbe?.grpc) continue;
        const host = `${metadata.name.replace(`${RELEASE}-`, '')}-1`;
        const where = `${machine.addressOf(host)}:${readinessProbe.grpc.port}`;
        expect(await run.ask('serving', where, readinessProbe.grpc.service), host).toBe('serving');
      }
    await proveGreeting('kit-app-0', `${RELEASE}-ui`);
  });

  it('the blueprint, two of each', { timeout: 5 * MINUTE }, async () => {
    machine.addressOf('postgres');
    await run.keep({ name: 'postgres', image: 'postgres', command: [], env: {}, replicas: 1 }, 'postgres');
    await keepAll(containersOfBlueprint(readBlueprint()), '/before');
    await proveGreeting('kit-app-0', 'ui');
  });

  /** As many of each as the manifest says; what comes before one has its name and this suffix. */
  async function keepAll(containers: Container[], before: string, release?: string): Promise<void> {
    const places = containers
      .filter(({ name }) => name !== 'setup' && !name.includes('/'))
      .flatMap((container) => {
        // Two apps would listen on the one port of this one machine.
        const count = container.name === 'kit-app' ? 1 : container.replicas;
        return Array.from({ length: count }, (_, index) => ({
          container,
          host: `${container.name}-${index}`,
        }));
      });
    for (const { container, host } of places)
      machine.addressOf(host, release ? `${release}-${container.name}` : container.name);
    for (const { container, host } of places) {
      const first = containers.find(({ name }) => name === container.name + before);
      await run.keep(container, host, first);
    }
  }

  /** From the form to the greeting, which Elasticsearch then lists, and the Web UI too. */
  async function proveGreeting(app: string, ui: string): Promise<void> {
    expect(await run.ask('greet', `http://${app}:8000`)).toContain('Hello, Ziggy');
    expect(await run.ask('get', `http://${ui}:8080/healthz`)).not.toBe('');
    const list = () => run.ask('get', `http://${ui}:8080/api/v1/namespaces/default/workflows`);
    await expect.poll(list, { timeout: MINUTE }).toContain('greeting');
  }
});
