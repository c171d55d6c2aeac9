// npm run rehearse: what held, what did not, and the stage whole in either case. All drills are rehearsed by .ci/run.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cleanUp, copyOfClone, leftOf, type Program, run, startStage } from './harness.ts';

const INTERRUPTED = 130;

let root: string;
let stage: Program;
beforeAll(async () => {
  root = copyOfClone();
  stage = await startStage([], { root });
});
afterAll(cleanUp);

const rehearse = (...words: string[]) =>
  run('stage/rehearse.ts', words, { root, folder: stage.folder, ports: stage.ports });
const report = () => readFileSync(join(stage.folder, 'rehearsal.md'), 'utf8');

it('runs the drills that are named, and ends with claim, evidence and seconds', async () => {
  const rehearsal = await rehearse('success', '2');
  expect({ ...(await rehearsal.ended()), said: rehearsal.output() }).toMatchObject({ code: 0 });
  expect(rehearsal.output()).toMatch(
    /^✔ {2}success +greeting +\d+\.\d s +greeting-ziggy-\w+: Hello, Ziggy!/m,
  );
  expect(rehearsal.output()).toMatch(/Every claim held: \d+ in 2 drills, \d+\.\d s\./);
  expect(report()).toMatch(/\| ✔ timer fired \| greeting-ziggy-\w+: Timer Fired \(event \d+/);
});

it('says which claim failed, mends the stage, goes on with the next drill, and exits with 1', async () => {
  const page = join(root, 'presenter-notes', '1-success.md');
  const whole = readFileSync(page, 'utf8');
  writeFileSync(
    page,
    whole.replace(
      /^(npm run stage greet .*)$/m,
      'npm run stage kill worker\n$1\nnpm run stage expect timer fired',
    ),
  );
  const rehearsal = await rehearse('success', 'timer');
  const { code } = await rehearsal.ended();
  writeFileSync(page, whole);
  expect({ code, said: rehearsal.output() }).toMatchObject({ code: 1 });
  expect(rehearsal.output()).toMatch(
    /^✘ {2}success +timer fired .*not so within 15 s: timer fired seen last: /m,
  );
  expect(rehearsal.output()).toMatch(/^✔ {2}timer +greeting /m);
  expect(rehearsal.output()).toContain('Again: npm run rehearse success');
  expect(report()).toContain('| ✘ timer fired | ✘ not so within 15 s');
  expect(stage.output()).not.toContain('worker  | died: exit');
});

it('ends with Ctrl-C in the middle, the stage that it brought up too, and the bug out', async () => {
  const rehearsal = await run('stage/rehearse.ts', ['bug'], { root });
  await rehearsal.untilSaid('bug in: ');
  expect((await rehearsal.leave('SIGINT')).code).toBe(INTERRUPTED);
  expect(readFileSync(join(root, 'hello-ip', 'activities.ts'), 'utf8')).toContain('`http://ip-api.com/json/');
  expect(await leftOf(rehearsal)).toEqual([]);
});

it('refuses a name that there is not, before anything is started', async () => {
  const rehearsal = await run('stage/rehearse.ts', ['bugs'], { root });
  expect((await rehearsal.ended()).code).toBe(1);
  expect(rehearsal.output().trim().split('\n')[0]).toBe(
    '"bugs" is no drill. Did you mean: npm run rehearse bug',
  );
});
