// The prebuilt Workflow bundle: never stale, never built twice, and with errors that a person can use.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ROOT } from '../settings.ts';
import { workflowBundle } from './bundle.ts';

// Inside the clone, where the SDK is found, and in a folder that git ignores.
mkdirSync(join(ROOT, '.stage'), { recursive: true });
const sources = mkdtempSync(join(ROOT, '.stage', 'bundle test '));
const folder = mkdtempSync(join(tmpdir(), 'bundle '));
afterAll(() => {
  for (const each of [sources, folder]) rmSync(each, { recursive: true });
});

const workflow = source(
  'workflow.ts',
  "import { step } from './step.ts';\nimport type * as t from './types.ts';\n",
);
source('step.ts', 'export const step = "first";\n');
source('types.ts', 'export type A = 1;\n');

function source(name: string, text: string): string {
  const file = join(sources, name);
  const workflowCode = name === 'workflow.ts' ? 'export async function flow() { return step; }\n' : '';
  writeFileSync(file, text + workflowCode);
  return file;
}

describe('workflowBundle', () => {
  let first: string;

  it('builds once as long as nothing changes, or only types do', async () => {
    first = await workflowBundle(folder, workflow);
    expect(readFileSync(first, 'utf8')).toContain('first');
    source('types.ts', 'export type A = 2;\n');
    expect(await workflowBundle(folder, workflow)).toBe(first);
  }, 60_000);

  it('rebuilds when a file that the Workflow imports changes, and removes the old bundle', async () => {
    source('step.ts', 'export const step = "second";\n');
    const second = await workflowBundle(folder, workflow);
    expect(readFileSync(second, 'utf8')).toContain('second');
    expect(readdirSync(folder).map((name) => join(folder, name))).toEqual([second]);
  }, 60_000);

  it.each([
    [
      'a syntax error',
      'const x = ;\n',
      /cannot be bundled: Expression expected \(.*workflow\.ts, line 1\)\./,
    ],
    ['a missing file', "import { y } from './nowhere.ts';\ny();\n", /nowhere\.ts.*workflow\.ts, line 1\)\./],
    ['a Node builtin', "import { readFileSync } from 'node:fs';\nreadFileSync('a');\n", /node:fs/],
  ])(
    'reports %s with its location and without a stack',
    async (_what, text, message) => {
      source('workflow.ts', text);
      const error = await workflowBundle(folder, workflow).catch((problem: Error) => problem);
      expect(error).toMatchObject({ name: 'UserError', message: expect.stringMatching(message) });
      expect((error as Error).message).not.toContain('\n');
    },
    60_000,
  );
});
