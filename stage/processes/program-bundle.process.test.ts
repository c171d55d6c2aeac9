// Bundles of programs: run in place of the .ts file, never stale, never half, and silent where the .ts file speaks.
import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { bundleFolder, findBundle } from '../find-bundle.cjs';
import { ROOT } from '../settings.ts';
import { bundleProgram } from './program-bundle.ts';

const PROGRAM = 'hello-ip/program.ts';
const WORD = 'hello-ip/word.ts';
const FILES: Record<string, string> = {
  [PROGRAM]: `import { z } from 'zod';
import { word } from './word.ts';
interface OnlyAType { of: string }
console.log(word, z.literal('checked').parse('checked'), import.meta.url);
if (process.argv[2] === 'lazy') console.log((await import('./lazy.ts')).word);
if (process.argv[2] === 'fail') throw new Error('on purpose');
`,
  [WORD]: "export const word = 'one';\n",
  'hello-ip/lazy.ts': "export const word: string = 'two';\n",
  'package-lock.json': '{}\n',
};

vi.setConfig({ testTimeout: 60_000 }); // processes, on a machine that may be busy

let root: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'größerer Klon ')));
  for (const folder of ['hello-ip', 'stage', 'node_modules']) mkdirSync(join(root, folder));
  for (const file of ['stage/run.cjs', 'stage/find-bundle.cjs', 'package.json', 'node_modules/undici'])
    cpSync(join(ROOT, file), join(root, file), { recursive: true });
  for (const name of ['tsx', 'zod'])
    symlinkSync(join(ROOT, 'node_modules', name), join(root, 'node_modules', name));
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(root, name), text);
});
afterEach(() => rmSync(root, { recursive: true }));

/** What the program says when it is run as its npm script does. */
function said(...words: string[]): string {
  const { stdout, stderr } = spawnSync(process.execPath, ['stage/run.cjs', PROGRAM, ...words], {
    cwd: root,
    encoding: 'utf8',
  });
  return stdout + stderr;
}

const url = (file: string) => pathToFileURL(join(root, file)).href;
const bundle = () => findBundle(root, PROGRAM);

function edit(word: string): void {
  writeFileSync(join(root, WORD), `export const word = ${word};\n`);
}

async function made(): Promise<string> {
  await bundleProgram(PROGRAM, root);
  const path = bundle();
  if (!path) throw new Error('There is no bundle.');
  return path;
}

it('runs in place of the .ts file and says the same, also what it loads later, and in a clone that has moved', async () => {
  const before = said('lazy');
  expect(before).toBe(`one checked ${url(PROGRAM)}\ntwo\n`);
  appendFileSync(await made(), 'console.log("the bundle");');
  expect(said('lazy')).toBe(`${before}the bundle\n`);
  renameSync(root, `${root} 2`);
  root = `${root} 2`;
  expect(said()).toBe(`one checked ${url(PROGRAM)}\nthe bundle\n`);
});

it.each([WORD, 'hello-ip/lazy.ts', PROGRAM, 'node_modules/undici/index.js', 'package-lock.json'])(
  'is stale as soon as %s is edited, also where its length and its time stay, and is made anew',
  async (file) => {
    const path = join(root, file);
    utimesSync(path, 1, 1);
    appendFileSync(await made(), 'console.log("the old bundle");');
    writeFileSync(path, readFileSync(path, 'utf8').replace(/\n$/, ' '));
    utimesSync(path, 1, 1);
    expect(bundle()).toBeUndefined();
    await made();
    expect(said()).toBe(`one checked ${url(PROGRAM)}\n`);
  },
);

it('is whole when it is made by several at once, and nothing else is left', async () => {
  await Promise.all(Array.from({ length: 4 }, made));
  expect(said('lazy')).toContain('one checked');
  const names = readdirSync(bundleFolder(root, PROGRAM));
  expect(names.filter((name) => !/^([a-z]+-[A-Z0-9]{8}\.mjs(\.map)?|manifest\.json)$/.test(name))).toEqual(
    [],
  );
});

it('counts an edit made while it is being built', async () => {
  const building = bundleProgram(PROGRAM, root);
  const editing = setInterval(() => edit("'new'"), 1);
  await building;
  clearInterval(editing);
  expect(said()).toContain('new checked');
});

it('names the same place in a stack trace', async () => {
  const place = /Error: on purpose\n {4}at .*\/hello-ip\/program\.ts:6:39\)?\n/;
  expect(said('fail')).toMatch(place);
  await made();
  expect(said('fail')).toMatch(place);
});

it('leaves it to the .ts file to tell a mistake', async () => {
  await made();
  edit('');
  const before = said();
  expect(before).toContain('word.ts');
  await bundleProgram(PROGRAM, root);
  expect(bundle()).toBeUndefined();
  expect(said()).toBe(before);
});

it('does without a bundle where none can be written', async () => {
  writeFileSync(join(root, '.stage'), '');
  await bundleProgram(PROGRAM, root);
  expect(said()).toContain('one checked');
});

it('removes what is old, but not what a running process may still load', async () => {
  const old = await made();
  edit("'two'");
  await made();
  const names = () => readdirSync(bundleFolder(root, PROGRAM));
  expect(names()).toContain(basename(old));
  utimesSync(old, 1, 1);
  edit("'three'");
  await made();
  expect(names()).not.toContain(basename(old));
});
