// The manifests agree with each other and with the kit: versions, ports, variables. Whether they run is for deploy.long.test.ts.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { DATABASES } from '../../encores/cluster/server-config.ts';
import { IMAGES, POSTGRES_VERSION, SERVER_VERSION } from '../../encores/cluster/versions.ts';
import { ROOT } from '../../stage/settings.ts';
import {
  containersOfBlueprint,
  containersOfCompose,
  readBlueprint,
  readCompose,
  readDeploy,
} from './manifests.ts';

const ROLES = ['frontend', 'history', 'matching', 'worker'];
const values = parse(readDeploy('chart/values.yaml'));
const blueprint = readBlueprint();

describe('one list of versions', () => {
  it.each(['compose.yaml', 'render.yaml', 'Dockerfile', 'server.Dockerfile'])(
    '%s names no other image',
    (file) => {
      const named = [...readDeploy(file).matchAll(/(?:image: |url: docker\.io\/|FROM )([a-z/-]+:[\w.-]+)/g)];
      const known: string[] = [
        ...Object.values(IMAGES),
        ...Object.values(IMAGES).map((image) => `library/${image}`),
      ];
      expect(named.length).toBeGreaterThan(0);
      expect(named.map(([, image]) => image).filter((image) => !known.includes(image ?? ''))).toEqual([]);
    },
  );

  it('so do the values of the chart', () => {
    const { kit, ...images } = values.images;
    expect(kit).toBe('invincible-kit:latest');
    const { node, ...ours } = IMAGES;
    expect(images).toEqual(ours);
    expect(parse(readDeploy('chart/Chart.yaml')).appVersion).toBe(SERVER_VERSION);
  });

  it('the server that is built here is that of the images, and so is PostgreSQL', () => {
    const module = readFileSync(join(ROOT, 'encores', 'cluster', 'go', 'server', 'go.mod'), 'utf8');
    expect(module).toMatch(new RegExp(`go.temporal.io/server v${SERVER_VERSION.replaceAll('.', '\\.')}\\s`));
    const { optionalDependencies } = JSON.parse(
      readFileSync(join(ROOT, 'encores', 'cluster', 'package.json'), 'utf8'),
    );
    expect(new Set(Object.values(optionalDependencies))).toEqual(new Set([POSTGRES_VERSION]));
  });
});

describe('every variable that the configuration asks for is given to every host', () => {
  // The entrypoint of the image sets the first one where it is missing, and nobody has to set those with a default.
  const NOT_NEEDED = ['BIND_ON_IP', 'TEMPORAL_BROADCAST_ADDRESS', 'ES_USER', 'ES_PWD'];
  const asked = [...readDeploy('chart/files/server.yaml').matchAll(/{{ (?!default)[^}]*env "(\w+)"/g)]
    .map(([, name = '']) => name)
    .filter((name) => !NOT_NEEDED.includes(name));

  it.each([
    ['compose.yaml', containersOfCompose()],
    ['render.yaml', containersOfBlueprint(blueprint)],
  ])('%s', (_file, containers) => {
    const hosts = containers.filter(({ env, name }) => env.TEMPORAL_SERVICES && !name.includes('/'));
    expect(hosts.map(({ env }) => env.TEMPORAL_SERVICES).toSorted()).toEqual(ROLES);
    expect(asked.length).toBeGreaterThan(4);
    for (const { name, env } of hosts)
      for (const variable of asked) expect(env, name).toHaveProperty(variable);
  });

  it('no host is given one that nobody reads', () => {
    const known = [
      ...[...readDeploy('chart/files/server.yaml').matchAll(/env "(\w+)"/g)].map(([, name]) => name),
      ...['TEMPORAL_SERVICES', 'TEMPORAL_SERVER_CONFIG_FILE_PATH', 'TEMPORAL_ALLOW_NO_AUTH'],
      // Of the tools in the same container.
      ...['SQL_HOST', 'SQL_PORT', 'SQL_USER', 'SQL_PASSWORD', 'ES_SERVER', 'TEMPORAL_ADDRESS'],
    ];
    const hosts = [...containersOfCompose(), ...containersOfBlueprint(blueprint)].filter(
      ({ env }) => env.TEMPORAL_SERVICES,
    );
    for (const { name, env } of hosts)
      expect(
        Object.keys(env).filter((variable) => !known.includes(variable)),
        name,
      ).toEqual([]);
  });
});

describe('one set of ports and names', () => {
  it('the chart opens those that the configuration has', () => {
    const { services } = parse(readDeploy('chart/files/server.yaml').replace(/{{[^}]*}}/g, '0'));
    for (const role of ROLES) {
      const { grpcPort, membershipPort } = values.roles[role];
      expect(services[role].rpc, role).toMatchObject({ grpcPort, membershipPort });
    }
  });

  it('Worker, app and Web UI call the frontend', () => {
    const callers = [...containersOfCompose(), ...containersOfBlueprint(blueprint)].filter(({ name }) =>
      /^(kit-worker|kit-app|ui)$/.test(name),
    );
    expect(callers).toHaveLength(6);
    for (const { name, env } of callers) expect(env.TEMPORAL_ADDRESS, name).toBe('frontend:7233');
  });

  it('the databases are those of the cluster here', () => {
    expect(readDeploy('chart/files/server.yaml')).toContain(`databaseName: ${DATABASES.temporal}\n`);
    expect(readDeploy('chart/files/setup.sh')).toContain(`--db ${DATABASES.temporal} `);
  });

  it('fewer connections than PostgreSQL allows', () => {
    expect(values.pgbouncer.replicas * values.pgbouncer.poolSize).toBeLessThan(300);
    const group = blueprint.envVarGroups[0]?.envVars.find(({ key }) => key === 'SQL_MAX_CONNS');
    expect(Number(group?.value) * 8).toBeLessThan(100);
  });
});

it('in Compose, nothing of a part can be reached from another machine', () => {
  const ports = Object.values(readCompose().services).flatMap(
    (service) => (service as { ports?: string[] }).ports ?? [],
  );
  expect(ports.length).toBeGreaterThan(0);
  expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
});

// Render's own schema is to be had at Render only: this is what of it is used here, by https://render.com/docs/blueprint-spec
const Name = z.string().regex(/^[a-z][a-z0-9-]*$/);
const EnvVar = z.union([
  z.strictObject({ key: z.string(), value: z.string() }),
  z.strictObject({ key: z.string(), generateValue: z.literal(true) }),
  z.strictObject({ fromGroup: Name }),
  z.strictObject({
    key: z.string(),
    fromDatabase: z.strictObject({ name: Name, property: z.enum(['host', 'port', 'user', 'password']) }),
  }),
  z.strictObject({
    key: z.string(),
    fromService: z.strictObject({ type: z.literal('pserv'), name: Name, envVarKey: z.string() }),
  }),
]);
const Common = {
  name: Name,
  plan: z.enum(['starter', 'standard', 'pro']),
  numInstances: z.number().int().min(1).optional(),
  envVars: z.array(EnvVar),
  type: z.enum(['pserv', 'worker', 'web']),
};
const Render = z.strictObject({
  databases: z.array(
    z.strictObject({
      ...{ name: Name, plan: z.string(), postgresMajorVersion: z.string(), databaseName: z.string() },
      ...{ user: z.string(), ipAllowList: z.array(z.never()) },
    }),
  ),
  envVarGroups: z.array(z.strictObject({ name: Name, envVars: z.array(EnvVar) })),
  services: z.array(
    z.discriminatedUnion('runtime', [
      z.strictObject({
        ...Common,
        runtime: z.literal('image'),
        image: z.strictObject({ url: z.string().startsWith('docker.io/') }),
        disk: z
          .strictObject({ name: Name, mountPath: z.string().startsWith('/'), sizeGB: z.number().int() })
          .optional(),
      }),
      z.strictObject({
        ...Common,
        ...{ runtime: z.literal('docker'), dockerContext: z.literal('.'), dockerfilePath: z.string() },
        ...{ dockerCommand: z.string().optional(), preDeployCommand: z.string().optional() },
      }),
    ]),
  ),
});

describe('the blueprint', () => {
  it('has what Render knows, and nothing else', () => {
    expect(Render.safeParse(blueprint).error?.issues ?? []).toEqual([]);
  });

  it('refers to what is there', () => {
    const services = blueprint.services.map(({ name }) => name);
    for (const { envVars = [], dockerfilePath } of blueprint.services) {
      if (dockerfilePath) expect(readFileSync(join(ROOT, dockerfilePath), 'utf8')).toContain('FROM ');
      for (const { fromGroup, fromDatabase, fromService } of envVars) {
        if (fromGroup) expect(blueprint.envVarGroups.map(({ name }) => name)).toContain(fromGroup);
        if (fromDatabase) expect(blueprint.databases.map(({ name }) => name)).toContain(fromDatabase.name);
        if (fromService) expect(services).toContain(fromService.name);
      }
    }
  });

  it('lets nobody but the app be reached from outside, and has its passwords made', () => {
    expect(blueprint.services.filter(({ type }) => type === 'web').map(({ name }) => name)).toEqual([
      'kit-app',
    ]);
    expect(readDeploy('render.yaml')).not.toMatch(/(PASSWORD|PWD), value:/);
  });
});
