// Reads the containers out of the manifests: what each one is called, what it runs, and with which variables.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { ROOT } from '../../stage/settings.ts';

export const DEPLOY = join(ROOT, 'encores', 'cluster', 'deploy');

/** One container of a manifest. */
export interface Container {
  /** Its part, by which others call it: "history". */
  name: string;
  image: string;
  /** Empty for what the image runs by itself. */
  command: string[];
  env: Record<string, string>;
  /** So many of it. */
  replicas: number;
}

/** What a manifest leaves to a secret is this, wherever it is asked for. */
export const PASSWORD = 'temporal';

export function readDeploy(file: string): string {
  return readFileSync(join(DEPLOY, file), 'utf8');
}

interface Compose {
  services: Record<
    string,
    {
      image: string;
      command?: string[];
      environment?: Record<string, string>;
      depends_on?: Record<string, { condition: string }>;
      healthcheck?: { test: string[] };
    }
  >;
}

export function readCompose(): Compose {
  return parse(readDeploy('compose.yaml'), { merge: true });
}

export function containersOfCompose(): Container[] {
  return Object.entries(readCompose().services).map(([name, { image, command = [], environment = {} }]) => ({
    ...{ name, image, command, replicas: 1 },
    env: mapValues(environment, (value) => value.replace(/\$\{[A-Z_]+:-([^}]*)\}/g, '$1')),
  }));
}

interface Variable {
  name: string;
  value?: string;
  valueFrom?: { secretKeyRef?: unknown; fieldRef?: { fieldPath: string } };
}

interface PodContainer {
  name: string;
  image: string;
  command?: string[];
  args?: string[];
  env?: Variable[];
  readinessProbe?: { grpc?: { port: number; service: string } };
}

/** A resource of Kubernetes, as far as the tests look at it. */
export interface Resource {
  kind: string;
  metadata: { name: string; annotations?: Record<string, string> };
  spec: {
    replicas?: number;
    minReplicas?: number;
    template?: { spec: { containers: PodContainer[]; initContainers?: PodContainer[] } };
  };
}

/** @param rendered what helm template prints */
export function resourcesOf(rendered: string): Resource[] {
  return parseAllDocuments(rendered).flatMap((document) => (document.toJS() as Resource | null) ?? []);
}

/** The containers of the pods; what has to run before another one has the name of both: "kit-worker/namespace". */
export function containersOfChart(resources: Resource[], release: string): Container[] {
  return resources.flatMap(({ metadata, spec: { replicas = 1, template } = {} }) => {
    const name = metadata.name.replace(`${release}-`, '');
    const read = (part: string, { image, command = [], args = [], env = [] }: PodContainer): Container => ({
      ...{ name: part, image, command: [...command, ...args], replicas },
      env: Object.fromEntries(env.map((variable) => [variable.name, readValue(variable)])),
    });
    const { containers = [], initContainers = [] } = template?.spec ?? {};
    return [
      ...initContainers.map((each) => read(`${name}/${each.name}`, each)),
      ...containers.map((each) => read(name, each)),
    ];
  });
}

/** The address of a pod is put in where it is started. */
export const POD_IP = '$(POD_IP)';

function readValue({ value, valueFrom }: Variable): string {
  if (valueFrom?.secretKeyRef) return PASSWORD;
  if (valueFrom?.fieldRef?.fieldPath === 'status.podIP') return POD_IP;
  return value ?? '';
}

interface RenderVariable {
  key?: string;
  value?: string;
  generateValue?: boolean;
  fromGroup?: string;
  fromDatabase?: { name: string; property: string };
  fromService?: { name: string; envVarKey: string };
}

export interface Blueprint {
  databases: { name: string; user: string }[];
  envVarGroups: { name: string; envVars: RenderVariable[] }[];
  services: {
    name: string;
    type: string;
    image?: { url: string };
    dockerfilePath?: string;
    dockerCommand?: string;
    preDeployCommand?: string;
    numInstances?: number;
    envVars?: RenderVariable[];
  }[];
}

export function readBlueprint(): Blueprint {
  return parse(readDeploy('render.yaml'));
}

/** What is to run before a service has its name and "/before". */
export function containersOfBlueprint({ databases, envVarGroups, services }: Blueprint): Container[] {
  const [database] = databases;
  const properties: Record<string, string> = {
    ...{ host: database?.name ?? '', port: '5432', user: database?.user ?? '', password: PASSWORD },
  };
  const read = (variables: RenderVariable[] = []): [string, string][] =>
    variables.flatMap(({ key = '', value, fromGroup, fromDatabase }) => {
      const group = fromGroup && envVarGroups.find(({ name }) => name === fromGroup);
      if (group) return read(group.envVars);
      return [[key, value ?? (fromDatabase ? (properties[fromDatabase.property] ?? '') : PASSWORD)]];
    });
  return services.flatMap(({ name, image, dockerfilePath = '', numInstances = 1, ...service }) => {
    const from = image?.url ?? dockerfilePath;
    const env = Object.fromEntries(read(service.envVars));
    const shell = (line = '') => (line ? ['/bin/sh', '-c', line] : []);
    const before = { name: `${name}/before`, image: from, env, replicas: 1 };
    return [
      ...(service.preDeployCommand ? [{ ...before, command: shell(service.preDeployCommand) }] : []),
      { name, image: from, env, replicas: numInstances, command: shell(service.dockerCommand) },
    ];
  });
}

function mapValues<Value, To>(
  object: Record<string, Value>,
  change: (value: Value) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));
}
