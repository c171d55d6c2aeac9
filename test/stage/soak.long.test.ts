// npm run soak, interrupted while it has the bug in; .ci/run lets one run to its end.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cleanUp, copyOfClone, processesOf, run } from '../support/harness.ts';

let root: string;
let whole: Buffer;

// It breaks activities.ts, so it has a clone of its own.
beforeAll(() => {
  root = copyOfClone();
  whole = activities();
});
afterAll(cleanUp);

const activities = () => readFileSync(join(root, 'hello-ip', 'activities.ts'));
const folderIn = (output: string) => /say: (.+)\/soak\.log/.exec(output)?.[1] as string;

function expectNothingLeft(output: string): void {
  expect(processesOf(folderIn(output))).toEqual([]);
  expect(existsSync(folderIn(output))).toBe(false);
  expect(activities()).toEqual(whole);
  expect(readdirSync(join(root, 'hello-ip')).filter((name) => name.startsWith('.'))).toEqual([]);
}

it('takes the bug out and ends its stage on Ctrl-C', async () => {
  const soak = await run('test/soak/soak.ts', ['2', 'seed', '45'], { root });
  await soak.untilSaid('break geolocation');
  expect(await soak.leave('SIGINT')).toMatchObject({ code: 130 });
  expect(soak.output()).toContain('Stopping: first the bug out');
  expect(soak.output()).not.toContain('WRONG');
  expectNothingLeft(soak.output());
});
