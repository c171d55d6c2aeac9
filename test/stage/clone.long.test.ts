// The kit in a folder with blanks and letters that are not ASCII, and with a mistake in its Workflow.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { withBug } from '../../stage/bug/bug.ts';
import { cleanUp, copyOfClone, leftOf, run, startStage } from '../support/harness.ts';

afterEach(cleanUp);

it('reports a mistake in the Workflow with its line, runs once it is fixed, and reports a bug that was left in', async () => {
  const root = copyOfClone('größere Bühne');
  const workflow = join(root, 'hello-ip', 'workflow.ts');
  const right = readFileSync(workflow, 'utf8');
  const line = right.split('\n').findIndex((text) => text.includes('await getIP()')) + 1;
  expect(line).toBeGreaterThan(0);

  writeFileSync(workflow, right.replace('await getIP()', 'await getIP('));
  const wrong = await run('stage/commands/start.ts', ['venue'], { root });
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
  const activities = join(root, 'hello-ip', 'activities.ts');
  writeFileSync(activities, withBug(readFileSync(activities, 'utf8'), 'in'));
  const stage = await startStage(['without', 'app'], { root });
  expect(stage.output()).toContain(
    'Bug      still in activities.ts; take it out: npm run stage fix geolocation',
  );
  expect(stage.output()).toContain('worker  | Worker ready');
  expect(await stage.leave()).toMatchObject({ code: 0 });
  expect(await leftOf(stage)).toEqual([]);
});
