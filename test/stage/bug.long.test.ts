// break and fix where they meet: asked for by several at once, and killed in the middle.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type BugStage, startBugStage } from '../support/bugs.ts';
import { cleanUp, isThere, until } from '../support/harness.ts';

let bugs: BugStage;
beforeAll(async () => {
  bugs = await startBugStage();
});
afterAll(cleanUp);

it('is done once when it is asked for twice at once, and one after the other when both are', async () => {
  const { broken, done, file, rests, stage, whole } = bugs;
  const said = await Promise.all([done('break', 'geolocation'), done('break', 'geolocation')]);
  expect(said.map((words) => words.split(':')[0]).sort()).toEqual(['The bug is already in', 'bug in']);
  expect(said.join('').match(/worker restarted/g)).toHaveLength(1);
  const both = await Promise.all([done('break', 'geolocation'), done('fix', 'geolocation')]);
  expect(both.join('')).toContain('bug out: ');
  expect([whole, broken]).toContainEqual(readFileSync(file));
  expect(isThere(stage.pidOf('worker'))).toBe(true);
  expect(rests()).toEqual([]);
});

it('leaves the file whole or broken, nothing else, when it is killed in the middle', async () => {
  const { broken, done, file, rests, root, verb, whole } = bugs;
  await done('fix', 'geolocation'); // whatever the test before has left, so that there is something to change
  for (const word of ['break', 'break', 'fix', 'fix']) {
    const program = await verb(word, 'geolocation');
    await until(() => existsSync(join(root, 'hello-ip', '.activities.ts.lock')));
    await program.leave('SIGKILL');
    expect([whole, broken]).toContainEqual(readFileSync(file));
  }
  await done('break', 'geolocation');
  expect(readFileSync(file)).toEqual(broken);
  expect(rests()).toEqual([]);
});
