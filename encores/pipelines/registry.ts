// Where definitions and task definitions are registered: a folder of JSON files, which Worker, page and commands all read.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readPort } from '../../hello-ip/support/settings.ts';
import { type Checked, checkDefinition, checkTaskDefinition, type Finding, subWorkflowsOf } from './check.ts';
import { keyOf } from './definition.ts';
import { Definition, TaskDefinition } from './format.ts';
import { wrongScript } from './scripts.ts';
import type { Bundle } from './startable.ts';

/** A definition with all that a run of it needs, or what is wrong. */
export type Bundled = { bundle: Bundle; findings?: undefined } | { bundle?: undefined; findings: Finding[] };

export interface Registry {
  /** Checks a definition that is to be run without being registered, and finds its sub-workflows. */
  check(json: unknown): Promise<Bundled>;
  /** Checks a definition as it would be registered. */
  validate(json: unknown): Promise<Checked<Definition>>;
  /** What a run of a definition needs; without a version, of its newest. */
  bundle(name: string, version?: number): Promise<Bundled>;
  /** Registers it, in place of one that has the same name and version. */
  register(json: unknown): Promise<Checked<Definition>>;
  find(name: string, version?: number): Definition | undefined;
  /** All versions of all definitions, by name and version. */
  list(): Definition[];
  /** @returns whether there was one */
  remove(name: string, version: number): boolean;
  registerTask(json: unknown): Checked<TaskDefinition & { name: string }>;
  findTask(name: string): TaskDefinition | undefined;
  listTasks(): TaskDefinition[];
  /** @returns whether there was one */
  removeTask(name: string): boolean;
}

const FOLDER = join(resolve(process.env.STAGE_FOLDER || '.stage'), 'pipelines');
/** What a definition may write instead of the platform's address, which is another one on every machine. */
const BASE_URL = '__WORKER_BASE_URL__';

/**
 * A registry in a folder, which is made when something is registered.
 * @param baseUrl what `__WORKER_BASE_URL__` stands for
 */
export function openRegistry(folder = FOLDER, baseUrl = platformUrl()): Registry {
  const definitions = join(folder, 'definitions');
  const tasks = join(folder, 'taskdefs');

  function versionsOf(name: string): number[] {
    return filesIn(join(definitions, encode(name)))
      .map((file) => Number(file.replace('.json', '')))
      .toSorted((a, b) => a - b);
  }

  function find(name: string, version = versionsOf(name).at(-1)): Definition | undefined {
    return read(join(definitions, encode(name), `${version}.json`), Definition.parse);
  }

  function findTask(name: string): TaskDefinition | undefined {
    return read(join(tasks, `${encode(name)}.json`), TaskDefinition.parse);
  }

  const listTasks = () => filesIn(tasks).flatMap((file) => findTask(decode(file)) ?? []);
  const surroundings = { find, wrongScript };

  function bundleOf(definition: Definition): Bundled {
    const found: Record<string, Definition> = {};
    const findings = collect(definition, find, found);
    if (findings.length > 0) return { findings };
    const taskDefinitions = Object.fromEntries(listTasks().map((each) => [String(each.name), each]));
    return { bundle: { definition, definitions: found, taskDefinitions } };
  }

  return {
    find,
    findTask,
    listTasks,
    async check(json) {
      const { value, findings } = await checkDefinition(withAddress(json, baseUrl), surroundings);
      return value ? bundleOf(value) : { findings };
    },
    validate: (json) => checkDefinition(withAddress(json, baseUrl), surroundings),
    async bundle(name, version) {
      const definition = find(name, version);
      return definition ? bundleOf(definition) : { findings: [unknown(name, version)] };
    },
    async register(json) {
      const checked = await checkDefinition(withAddress(json, baseUrl), surroundings);
      if (checked.value) {
        const { name, version } = checked.value;
        write(join(definitions, encode(name)), `${version}.json`, checked.value);
      }
      return checked;
    },
    list: () =>
      readFolder(definitions).flatMap((folderName) => {
        const name = decode(folderName);
        return versionsOf(name).flatMap((version) => find(name, version) ?? []);
      }),
    remove: (name, version) => remove(join(definitions, encode(name), `${version}.json`)),
    registerTask(json) {
      const checked = checkTaskDefinition(json);
      if (checked.value) write(tasks, `${encode(checked.value.name)}.json`, checked.value);
      return checked;
    },
    removeTask: (name) => remove(join(tasks, `${encode(name)}.json`)),
  };
}

function platformUrl(): string {
  return `http://127.0.0.1:${readPort('PLATFORM_PORT', 8003)}`;
}

function withAddress(json: unknown, baseUrl: string): unknown {
  const text = JSON.stringify(json);
  return text?.includes(BASE_URL) ? JSON.parse(text.replaceAll(BASE_URL, baseUrl)) : json;
}

/** Collects what a definition names, and what that names, and so on. @returns what is missing */
function collect(from: Definition, find: Registry['find'], found: Record<string, Definition>): Finding[] {
  return subWorkflowsOf(from).flatMap(({ name, version }) => {
    const key = keyOf(name, version);
    if (found[key]) return [];
    const definition = find(name, version);
    if (!definition) return [{ ...unknown(name, version), task: undefined }];
    found[key] = definition;
    return collect(definition, find, found);
  });
}

function unknown(name: string, version?: number): Finding {
  const which = version ? `${name}, version ${version},` : name;
  return { field: 'name', what: `${which} is not registered` };
}

function readFolder(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).toSorted() : [];
}

function filesIn(folder: string): string[] {
  return readFolder(folder).filter((file) => file.endsWith('.json'));
}

function read<T>(file: string, parse: (json: unknown) => T): T | undefined {
  return existsSync(file) ? parse(JSON.parse(readFileSync(file, 'utf8'))) : undefined;
}

/** Whole or not at all, whoever reads it meanwhile. */
function write(folder: string, file: string, json: unknown): void {
  mkdirSync(folder, { recursive: true });
  const draft = join(folder, `${file}.${process.pid}`);
  writeFileSync(draft, `${JSON.stringify(json, null, 2)}\n`);
  renameSync(draft, join(folder, file));
}

function remove(file: string): boolean {
  const isThere = existsSync(file);
  rmSync(file, { force: true });
  return isThere;
}

/** As a file's name, on every system: "a%20b". */
const encode = (name: string) =>
  encodeURIComponent(name).replace(/[.*]/g, (each) => `%${each.charCodeAt(0).toString(16)}`);
const decode = (file: string) => decodeURIComponent(file.replace(/\.json$/, ''));
