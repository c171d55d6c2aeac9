// The whole self-study: every prediction judged by a real failure, every exercise by a real Temporal Service.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandOf } from '../../stage/processes/process-table.ts';
import { EXERCISES } from '../../stage/study/exercises.ts';
import { QUESTIONS } from '../../stage/study/questions.ts';
import { cleanUp, leftOf, processesOf, run, until } from '../support/harness.ts';
import { expectSolvable, predictRight, type Reader, startReading, tryVariant } from '../support/study.ts';

let reader: Reader;
beforeAll(async () => {
  reader = await startReading();
});
afterAll(cleanUp);

describe('the predictions', () => {
  it.each(QUESTIONS)('$name: asked, run, and judged by your own greeting', (question) =>
    predictRight(reader, question),
  );

  it('are all done then, and the first exercise is next', async () => {
    const { said } = await reader.study();
    for (const { name } of QUESTIONS) expect(said).toMatch(new RegExp(`✔ ${name}`));
    expect(said).toContain('Next: npm run study give-up');
  });
});

describe('the exercises', () => {
  it.each(EXERCISES)('$name: the start does not pass, the solution does', ({ name }) =>
    expectSolvable(reader, name),
  );

  it.each([
    {
      name: 'give-up',
      file: 'workflow.ts',
      wrong: (solution: string) =>
        solution.replace("'5s', retry }", "'5s', retry: { ...retry, maximumAttempts: 5 } }"),
      said: '✘ When getIP only succeeds at its sixth attempt',
    },
    {
      name: 'give-up',
      file: 'workflow.ts',
      wrong: (solution: string) => solution.replace('isCancellation(error) || ', ''),
      said: '✘ Cancelled while it retries, the greeting ends as COMPLETED; it should be CANCELLED.\n  A hint: ',
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
      name: 'third-step',
      file: 'activities.ts',
      wrong: (solution: string) => solution.replace(/ {2}const answer[\s\S]*text\(\);/, "  return 'Servus';"),
      said: '✘ The word service was asked about: nothing; it should be Vienna, Austria.\n  A hint: ',
    },
    {
      name: 'third-step',
      file: 'activities.ts',
      wrong: (solution: string) => solution.replace('return answer.text()', 'await answer.text()'),
      said: 'A hint: Did the Activity return the word, and did you await it?',
    },
    {
      name: 'run-twice',
      file: 'activities.ts',
      wrong: (solution: string) => solution.replace(/, `[^`]*runId[^`]*`/, ', name'),
      said: '✘ For another guest of the same name it wrote 0 times',
    },
    {
      name: 'run-twice',
      file: 'activities.ts',
      wrong: (solution: string) => solution.replace('?.runId', '?.workflowId'),
      said: '✘ In a second run of the same Workflow Id it wrote 0 times; it should be once.\n  A hint: Activity Ids start again in each run: after Continue-As-New, ',
    },
    {
      name: 'under-way',
      file: 'workflow.ts',
      wrong: (solution: string) => solution.replace("patched('weather')", 'name'),
      said: "[TMPRL1100] Nondeterminism error: Activity machine does not handle this event: HistoryEvent(id: 11, TimerStarted)\n  A hint: Its Event History has a Timer after getIP, and this code calls getWeather there. Put the new step behind patched('weather').",
    },
    {
      name: 'under-way',
      file: 'workflow.ts',
      wrong: (solution: string) => solution.replace(/( {2}const weather.*\n)( {2}await sleep.*\n)/, '$2$1'),
      said: '✘ Its Activities: getIP, getWeather, getLocationInfo; it should go on by the steps with which it was begun',
    },
    {
      name: 'under-way',
      file: 'workflow.ts',
      wrong: (solution: string) =>
        solution.replace(/patched\('weather'\).*;/, "patched('weather') ? 'sunny' : undefined;"),
      said: '✘ Its Activities: getIP, getLocationInfo; getWeather should be the second of three.',
    },
    {
      name: 'somebody-says-yes',
      file: 'workflow.ts',
      wrong: (solution: string) => solution.replace(", '5 seconds')", ')'),
      said: '✘ Before it greets, it waits for a yes, with a Timer for the time limit.',
    },
    {
      name: 'somebody-says-yes',
      file: 'workflow.ts',
      wrong: (solution: string) =>
        solution
          .replace('setHandler }', 'setHandler, sleep }')
          .replace(
            "await condition(() => isApproved, '5 seconds')",
            "await sleep('5 seconds').then(() => isApproved)",
          ),
      said: '✘ A yes ends the wait at once.',
    },
    {
      name: 'somebody-says-yes',
      file: 'workflow.ts',
      wrong: (solution: string) => solution.replace('await condition', 'condition'),
      said: '✘ When nobody says yes, which should be answered with the name and a "sorry": Hello, Ada!',
    },
    {
      name: 'compensate',
      file: 'workflow.ts',
      wrong: (solution: string) => solution.replace('toUndo.unshift(part)', 'toUndo.push(part)'),
      said: '✘ Without a car: book flight, book hotel, cancel flight, cancel hotel;',
    },
    {
      name: 'blank-page',
      file: 'worker.ts',
      wrong: (solution: string) => solution.replace('study-blank-page', 'hello-ip'),
      said: '✘ No Worker took the greeting within 20 s.\n  A hint: worker.ts should poll the Task Queue "study-blank-page"',
    },
    {
      name: 'blank-page',
      file: 'worker.ts',
      wrong: (solution: string) => `${solution}const nothing = ;\n`,
      said: '✘ worker.ts has ended: exit code 1: ',
    },
    {
      name: 'blank-page',
      file: 'workflow.ts',
      wrong: (solution: string) => solution.replace('function greet', 'function hello'),
      said: "✘ The Workflow Task failed: Failed to initialize workflow of type 'greet'",
    },
    {
      name: 'blank-page',
      file: 'workflow.ts',
      wrong: (solution: string) => solution.replace(/ {2}await sleep.*\n/, ''),
      said: '✘ The greeting has not slept.',
    },
    {
      name: 'blank-page',
      file: 'activities.ts',
      wrong: (solution: string) => solution.replace("log('knock')", "log('knock, knock')"),
      said: '✘ Printed by both Workers together: welcome;',
    },
    {
      name: 'how-far',
      file: 'workflow.ts',
      wrong: (solution: string) => `${solution}\n}`,
      said: 'how-far/start/workflow.ts cannot be bundled: ',
    },
  ])('$name: a mistake that is often made is found', async ({ name, file, wrong, said }) => {
    tryVariant(reader, name, file, wrong);
    const answer = await reader.study(name);
    expect(answer).toMatchObject({ code: 1, said: expect.stringContaining(said) });
    expect(answer.said).not.toMatch(/^ +at /m);
  });

  it('under-way: a greeting that waits after one check goes on in the next', async () => {
    tryVariant(reader, 'under-way', 'workflow.ts', (solution) =>
      solution.replace("patched('weather')", 'name'),
    );
    const waits = '✘ The greeting under way waits; nothing of it is lost.';
    const goesOn = '✔ The greeting that waited since the last check goes on';
    expect((await reader.study('under-way')).said).toContain(waits);
    const again = (await reader.study('under-way')).said;
    expect(again).toContain(waits);
    expect(again).not.toContain(goesOn);
    expect(await reader.study('under-way', 'solution')).toMatchObject({
      code: 0,
      said: expect.stringContaining(goesOn),
    });
    const after = await reader.study('under-way', 'solution');
    expect(after).toMatchObject({ code: 0, said: expect.not.stringContaining(goesOn) });
  });

  it('blank-page: Ctrl-C in the middle of the check leaves no Worker', async () => {
    const { root, stage } = reader;
    const { folder } = stage;
    const workers = () => processesOf(folder).filter((pid) => commandOf(pid)?.includes('blank-page'));
    const study = await run('stage/commands/study.ts', ['blank-page', 'solution'], { root, folder });
    await until(() => workers().some((pid) => pid !== study.pid && commandOf(pid)?.includes('worker.ts')));
    expect((await study.leave()).code).toBe(130);
    await until(() => workers().length === 0);
  });

  it('a hint is given on demand, and no check is run', async () => {
    for (const { name, hint } of EXERCISES)
      expect(await reader.study(name, 'hint')).toEqual({ code: 0, said: `A hint: ${hint}\n` });
  });

  it('one that is solved is done, until its code is changed', async () => {
    const folder = join(reader.root, 'presenter-notes', 'self-study', 'how-far');
    const solution = readFileSync(join(folder, 'solution', 'workflow.ts'), 'utf8');
    writeFileSync(join(folder, 'start', 'workflow.ts'), solution);
    expect((await reader.study('how-far')).said).toContain('Solved. Next: npm run study');
    expect((await reader.study()).said).toContain('✔ how-far');
    writeFileSync(join(folder, 'start', 'workflow.ts'), `${solution}\n`);
    expect((await reader.study()).said).toContain('○ how-far');
  });
});

it('without a stage the path is shown all the same, and how the greetings could be read', async () => {
  const { stage, study } = reader;
  await stage.leave();
  const path = await study();
  expect(path).toMatchObject({ code: 0, said: expect.stringContaining('Start it: npm start') });
  expect(await leftOf(stage)).toEqual([]);
});
