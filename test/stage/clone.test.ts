// The kit in a folder with blanks and letters that are not ASCII, and with a mistake in its Workflow.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { cleanUp, copyOfClone, leftOf, run, startStage } from './harness.ts';

afterEach(cleanUp);

it('tells a mistake in the Workflow with its line, and runs once it is mended', async () => {
  const root = copyOfClone('größere Bühne');
  const workflow = join(root, 'hello-ip', 'workflow.ts');
  const right = readFileSync(workflow, 'utf8');
  const line = right.split('\n').findIndex((text) => text.includes('await getIP()')) + 1;
  expect(line).toBeGreaterThan(0);

  writeFileSync(workflow, right.replace('await getIP()', 'await getIP('));
  const wrong = await run('stage/start.ts', ['venue'], { root });
  expect((await wrong.ended()).code).toBe(1);
  expect(wrong.output()).toMatch(
    new RegExp(
      `^hello-ip/workflow\\.ts cannot be bundled: .* \\(hello-ip/workflow\\.ts, line (${line}|${line + 1})\\)\\.`,
      'm',
    ),
  );
  expect(wrong.output()).not.toMatch(/^ +at /m);
  expect(await leftOf(wrong)).toEqual([]);

  writeFileSync(workflow, right);
  const stage = await startStage([], { root });
  expect(stage.output()).toContain('worker  | Worker ready');
  expect(await stage.leave()).toMatchObject({ code: 0 });
  expect(await leftOf(stage)).toEqual([]);
});
