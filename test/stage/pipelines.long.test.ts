// The encore of the pipelines on a real stage: its command, and everything that can be killed under it.
import { randomInt } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { installHistory } from '../../stage/encores/pipeline-history.ts';
import { cleanUp, leftOf, type Program, run, startStage, until } from '../support/harness.ts';
import { say, useStage } from '../support/verbs.ts';

const KILLS = 20;
const KILLED = ['pipelines', 'pipelines-page', 'platform', 'server'] as const;

let stage: Program;

/** A verb that must succeed. */
async function must(...words: Parameters<typeof say>): Promise<string> {
  const { code, said } = await say(...words);
  expect({ code, said }).toMatchObject({ code: 0 });
  return said;
}

const command = (...words: string[]) =>
  run('stage/commands/pipelines.ts', words, { folder: stage.folder, ports: stage.ports });

/** What the command says, and how it ends. */
async function saidBy(...words: string[]): Promise<{ code: number | null; said: string }> {
  const program = await command(...words);
  const { code } = await program.ended();
  return { code, said: program.output() };
}

/** The same, of one that must succeed. */
async function done(...words: string[]): Promise<string> {
  const { code, said } = await saidBy(...words);
  expect(code, said).toBe(0);
  return said;
}

const waits = (name: string) => ({
  name,
  tasks: [
    { name: 'approval', taskReferenceName: 'approval', type: 'WAIT', inputParameters: {} },
    { name: 'after', taskReferenceName: 'after', type: 'LOG', inputParameters: { message: 'approved' } },
  ],
  outputParameters: { by: '${approval.output.by}' },
});

beforeAll(async () => {
  await installHistory(console.log);
  stage = await startStage();
  useStage(stage);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await cleanUp();
});

describe('npm run pipelines', () => {
  it('says that nothing is registered, and what to do', async () => {
    expect(await saidBy('run', 'pipeline')).toMatchObject({
      code: 1,
      said: expect.stringContaining('register it: npm run pipelines register'),
    });
  });

  it('registers the examples, and files of somebody; what is refused is named, and exit code 1', async () => {
    expect(await saidBy('register')).toMatchObject({
      code: 0,
      said: expect.stringContaining('[register] Done.'),
    });
    const [good, bad, broken] = ['good.json', 'bad.json', 'broken.json'].map((name) =>
      join(stage.folder, name),
    );
    writeFileSync(String(good), JSON.stringify([waits('mine')]));
    writeFileSync(
      String(bad),
      JSON.stringify({ name: 'x', tasks: [{ name: 'a', taskReferenceName: 'a', type: 'HUMAN' }] }),
    );
    writeFileSync(String(broken), '{');
    expect(await saidBy('register', String(good))).toMatchObject({ code: 0 });
    expect(await saidBy('register', String(bad))).toMatchObject({
      code: 1,
      said: expect.stringContaining('a, type: HUMAN is not supported'),
    });
    expect(await saidBy('register', String(broken))).toMatchObject({
      code: 1,
      said: expect.stringContaining('is not JSON'),
    });
    expect(await saidBy('register', 'nowhere.json')).toMatchObject({
      code: 1,
      said: expect.stringContaining('cannot be read'),
    });
  });

  it('follows a run to its end, with an exit code that says how it was', async () => {
    const { code, said } = await saidBy('run', 'conditional_v1');
    expect({ code, said }).toMatchObject({ code: 0 });
    expect(said).toMatch(/✔ conditional_v1-\w+ completed, took \d\.\d s, 2 of 2 steps done/);
    expect(await saidBy('run', 'pipeline', 'failing')).toMatchObject({
      code: 1,
      said: expect.stringMatching(/Wave 1 failed: _deploy_wave_1__1: Simulated failure scenario/),
    });
  });

  it('Ctrl-C leaves a run running; it is listed, paused, resumed, completed from outside, shown and reported', async () => {
    const following = await command('run', 'mine');
    const [, id = ''] = await following.untilSaid(/(mine-\w+): http/);
    await following.untilSaid('approval WAIT waits to be completed');
    expect(await following.leave('SIGINT')).toMatchObject({ code: 130 });
    expect((await saidBy('list')).said).toContain(`◐ ${id}`);
    await done('pause', id);
    await until(async () => (await saidBy('status', id)).said.includes('paused'));
    expect(await saidBy('complete', id, 'nobody')).toMatchObject({
      code: 1,
      said: expect.stringContaining('These are: approval.'),
    });
    await done('complete', id, 'approval', '{"by":"Ziggy"}');
    await done('resume', id);
    await until(async () => (await saidBy('status', id)).said.includes('completed'));
    expect(JSON.parse((await saidBy('status', id, 'json')).said)).toMatchObject({
      ...{ status: 'COMPLETED', outcome: { output: { by: 'Ziggy' } } },
    });
    expect((await saidBy('report')).said).toMatch(/mine +1 +100 %/);
    expect(await saidBy('status', 'nobody')).toMatchObject({
      code: 1,
      said: expect.stringContaining('There is no run "nobody".'),
    });
  });

  it('cleanup cancels what is under way, and forgets what is registered', async () => {
    const following = await command('run', 'mine');
    await following.untilSaid('waits to be completed');
    expect(await saidBy('cleanup')).toMatchObject({
      code: 0,
      said: expect.stringContaining('[cleanup] Done.'),
    });
    expect(await following.ended()).toMatchObject({ code: 1 });
    expect(following.output()).toContain('cancelled');
    expect((await saidBy('run', 'mine')).said).toContain('Nothing is registered yet.');
    await must('pipelines', 'register');
  });
});

it(`ends the same, with the same rows, though everything is killed in turn, ${KILLS} times at random moments`, {
  timeout: 400_000,
}, async () => {
  const moments: string[] = [];
  let killed = 0;
  while (killed < KILLS) {
    await must('pipelines', 'run', 'pipeline');
    const isOver = async () => (await say('expect', 'pipeline', 'completed')).code === 0;
    const over = isOver();
    for (const name of killed % 8 === 0 ? KILLED : [...KILLED].reverse()) {
      const wait = randomInt(0, 2500);
      await delay(wait);
      moments.push(`${name} after ${wait} ms`);
      await must('kill', name);
      await must('start', name);
      killed += 1;
    }
    await over;
    const said = moments.join(', ');
    for (const claim of [
      ['pipeline', 'completed'],
      ['services', 'deployed', 'once'],
      ['history', 'complete'],
    ] as const)
      expect(await say('expect', ...claim), said).toMatchObject({ code: 0 });
  }
});

it('leaves nothing behind', async () => {
  await stage.leave();
  expect(await leftOf(stage)).toEqual([]);
});
