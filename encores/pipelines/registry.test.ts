// The registry: what is registered is found again, by name and version, and nothing else is.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openRegistry, type Registry } from './registry.ts';

let folder: string;
let registry: Registry;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'registry '));
  registry = openRegistry(folder, 'http://platform');
});
afterEach(() => rmSync(folder, { recursive: true }));

const definition = (name: string, version = 1, message = 'hello') => ({
  ...{ name, version },
  tasks: [{ name: 'a', taskReferenceName: 'a', type: 'LOG', inputParameters: { message } }],
});
const calling = (name: string, ...called: string[]) => ({
  name,
  tasks: called.map((each) => ({
    ...{ name: each, taskReferenceName: each, type: 'SUB_WORKFLOW', subWorkflowParam: { name: each } },
  })),
});
const register = async (...all: object[]) => {
  for (const each of all) expect(await registry.register(each)).toHaveProperty('value');
};

it('finds the newest version, by number and not by letter, or the one that is asked for', async () => {
  await register(definition('d', 9), definition('d', 10), definition('d', 2));
  expect(registry.find('d')?.version).toBe(10);
  expect(registry.find('d', 2)?.version).toBe(2);
  expect(registry.find('d', 3)).toBeUndefined();
  expect(registry.list().map(({ version }) => version)).toEqual([2, 9, 10]);
});

it('puts a definition in the place of one that has its name and version', async () => {
  await register(definition('d', 1, 'before'), definition('d', 1, 'after'));
  expect(registry.find('d')?.tasks[0]?.inputParameters).toEqual({ message: 'after' });
  expect(registry.list()).toHaveLength(1);
});

it.each(['a b', '<x>', '{y}', 'z#1', 'con'])(
  'keeps "%s" under a name that every file system knows',
  async (name) => {
    await register(definition(name));
    expect(registry.list().map((each) => each.name)).toEqual([name]);
    expect(readdirSync(join(folder, 'definitions')).join()).toMatch(/^[\w%-]+$/);
  },
);

it('replaces the address of the platform, and a definition without one stays as it is', async () => {
  await register(definition('d', 1, '__WORKER_BASE_URL__/verify'));
  expect(registry.find('d')?.tasks[0]?.inputParameters).toEqual({ message: 'http://platform/verify' });
});

it('keeps nothing of what it refuses', async () => {
  expect((await registry.register({ ...definition('d'), x: 1 })).findings).toHaveLength(1);
  expect(registry.list()).toEqual([]);
});

it('removes one version', async () => {
  await register(definition('d', 1), definition('d', 2));
  expect(registry.remove('d', 2)).toBe(true);
  expect(registry.remove('d', 2)).toBe(false);
  expect(registry.find('d')?.version).toBe(1);
});

it('keeps task definitions, and gives all of them to a run', async () => {
  expect(registry.registerTask({ name: 'call.it*', retryCount: 7 })).toHaveProperty('value');
  await register(definition('d'));
  expect(registry.findTask('call.it*')?.retryCount).toBe(7);
  const { bundle } = await registry.bundle('d');
  expect(bundle?.taskDefinitions['call.it*']?.retryCount).toBe(7);
  expect(registry.removeTask('call.it*')).toBe(true);
  expect(registry.listTasks()).toEqual([]);
});

it('gives a run its sub-workflows, and theirs', async () => {
  await register(definition('leaf'), calling('middle', 'leaf'), calling('top', 'middle', 'leaf'));
  const { bundle } = await registry.bundle('top');
  expect(Object.keys(bundle?.definitions ?? {}).toSorted()).toEqual(['leaf', 'middle']);
});

it('says which sub-workflows are missing, all of them', async () => {
  await register(calling('top', 'x', 'y'));
  const { findings } = await registry.bundle('top');
  expect(findings?.map(({ what }) => what)).toEqual(['x is not registered', 'y is not registered']);
  expect((await registry.bundle('nobody')).findings?.[0]?.what).toBe('nobody is not registered');
});

it('is whole at every moment, whoever reads it meanwhile', async () => {
  await register(definition('d', 1, 'x'.repeat(100_000)));
  const file = join(folder, 'definitions', 'd', '1.json');
  const writing = Promise.all(
    Array.from({ length: 20 }, (_, n) => registry.register(definition('d', 1, String(n).repeat(50_000)))),
  );
  let isOver = false;
  void writing.then(() => {
    isOver = true;
  });
  while (!isOver) {
    expect(() => JSON.parse(readFileSync(file, 'utf8'))).not.toThrow();
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(readdirSync(join(folder, 'definitions', 'd'))).toEqual(['1.json']);
});
