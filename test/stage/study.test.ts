// The self-study as a reader goes through it: predictions judged by real failures, exercises by a real Temporal Service.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXERCISES } from '../../stage/study/exercises.ts';
import { LETTERS, QUESTIONS } from '../../stage/study/questions.ts';
import { cleanUp, copyOfClone, leftOf, type Program, run, startStage } from './harness.ts';

let root: string;
let stage: Program;

beforeAll(async () => {
  root = copyOfClone();
  stage = await startStage([], { root });
});
afterAll(cleanUp);

/** Runs one of the kit's commands on this stage, in the copy of the clone. */
async function command(file: string, words: string[]) {
  const program = await run(file, words, { root, ports: stage.ports, folder: stage.folder });
  const { code } = await program.ended();
  return { code, said: program.output() };
}

const study = (...words: string[]) => command('stage/study.ts', words);

/** What a reader would do with a line that is to be run. */
async function follow(line: string): Promise<void> {
  const [, seconds] = /^Wait for (\d+) seconds/.exec(line) ?? [];
  if (seconds) return void (await delay(Number(seconds) * 1000));
  const { code, said } = await command('stage/stage.ts', line.replace('npm run stage ', '').split(' '));
  expect({ line, code, said }).toMatchObject({ code: 0 });
}

describe('the predictions', () => {
  it.each(QUESTIONS)('$name: asked, run, and judged by the own greeting', async ({ name, ask, run, why }) => {
    expect((await study(name)).said).toContain(ask);
    // What an earlier greeting went through need not be made again.
    if ((await study(name, 'a')).said.includes('Noted: a.')) for (const line of run) await follow(line);
    for (const letter of LETTERS) {
      const { said } = await study(name, letter);
      if (said.includes('A hint: ')) continue;
      expect(said).toContain(`Right: ${letter}.`);
      expect(said).toContain(why);
      expect(said).toMatch(/\(event \d+, [\d:.]+\)/);
      return;
    }
    throw new Error('no prediction was right');
  });

  it('are all done then, and the first exercise is next', async () => {
    const { said } = await study();
    for (const { name } of QUESTIONS) expect(said).toMatch(new RegExp(`✔ ${name}`));
    expect(said).toContain('Next: npm run study give-up');
  });
});

describe('the exercises', () => {
  it.each(EXERCISES)('$name: the start does not pass, the solution does', async ({ name }) => {
    const start = await study(name);
    expect(start).toMatchObject({ code: 1, said: expect.stringContaining('✘') });
    expect(start.said).toContain(`Not yet. Change the code, then again: npm run study ${name}`);
    const solution = await study(name, 'solution');
    expect(solution).toMatchObject({ code: 0 });
    expect(solution.said).not.toContain('✘');
  });

  it.each([
    {
      name: 'give-up',
      file: 'workflow.ts',
      wrong: (solution: string) =>
        solution.replace("'5s', retry }", "'5s', retry: { ...retry, maximumAttempts: 5 } }"),
      said: '✘ When it is getIP that succeeds only at its sixth attempt',
    },
    {
      name: 'third-step',
      file: 'workflow.ts',
      wrong: (solution: string) =>
        solution
          .replace(', getHello }', ' }')
          .replace('await getHello(location)', "location ? 'Servus' : ''"),
      said: '✘ Activities in the Event History: getIP, getLocationInfo;',
    },
    {
      name: 'run-twice',
      file: 'activities.ts',
      wrong: (solution: string) => solution.replace(/, `[^`]*workflowId[^`]*`/, ', name'),
      said: '✘ For another guest of the same name it wrote 0 times',
    },
    {
      name: 'how-far',
      file: 'workflow.ts',
      wrong: (solution: string) => `${solution}\n}`,
      said: 'how-far/start/workflow.ts cannot be bundled: ',
    },
  ])('$name: a mistake that is often made is found', async ({ name, file, wrong, said }) => {
    const part = (which: string) => join(root, 'presenter-notes', 'self-study', name, which, file);
    const solution = readFileSync(part('solution'), 'utf8');
    expect(wrong(solution)).not.toBe(solution);
    writeFileSync(part('start'), wrong(solution));
    const answer = await study(name);
    expect(answer).toMatchObject({ code: 1, said: expect.stringContaining(said) });
    expect(answer.said).not.toMatch(/^ +at /m);
  });

  it('one that is solved is done, until its code is changed', async () => {
    const folder = join(root, 'presenter-notes', 'self-study', 'how-far');
    const solution = readFileSync(join(folder, 'solution', 'workflow.ts'), 'utf8');
    writeFileSync(join(folder, 'start', 'workflow.ts'), solution);
    expect((await study('how-far')).said).toContain('Solved. Next: npm run study');
    expect((await study()).said).toContain('✔ how-far');
    writeFileSync(join(folder, 'start', 'workflow.ts'), `${solution}\n`);
    expect((await study()).said).toContain('○ how-far');
  });
});

it('without a stage the path is shown all the same, and how the greetings could be read', async () => {
  await stage.leave();
  const path = await study();
  expect(path).toMatchObject({ code: 0, said: expect.stringContaining('Start it: npm start') });
  expect(await leftOf(stage)).toEqual([]);
});
