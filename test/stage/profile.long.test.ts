// A stage on the Temporal Service of a profile: whatever is run there stays in its namespace, and it outlives the stage.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { serviceAnswers } from '../../stage/processes/dev-server.ts';
import { VERBS } from '../../stage/verbs/load-verb.ts';
import { cleanUp, leftOf, until } from '../support/harness.ts';
import { type ProfileStage, startProfileStage } from '../support/profile-stage.ts';

let profile: ProfileStage;
beforeAll(async () => {
  profile = await startProfileStage();
});
afterAll(async () => {
  await profile?.close();
  await cleanUp();
});

it('greets there, and says the page of the app that is up', async () => {
  const { code, said } = await profile.command('stage/commands/stage.ts', ['greet', 'Ziggy']);
  expect({ code, said }).toMatchObject({
    code: 0,
    said: expect.stringContaining(
      `http://127.0.0.1:${profile.stage.ports.APP_PORT}/greetings/greeting-ziggy-`,
    ),
  });
  await until(async () => (await profile.executionsIn('far')).length === 1);
});

it('is refused where the terminal has other settings than that of the stage', async () => {
  const elsewhere = { ...profile.env, TEMPORAL_NAMESPACE: 'company' };
  const { code, said } = await profile.command('stage/commands/stage.ts', ['greet', 'Ziggy'], {
    env: elsewhere,
  });
  expect(code).toBe(1);
  expect(said).toMatch(
    /^The profile "far" leads to .*, namespace company, in this terminal, and to .*, namespace far, on/,
  );
});

it('nothing that can be run touches the namespace of the default profile', async () => {
  const words: Record<string, string[]> = {
    ...Object.fromEntries(['cut', 'restore'].map((verb) => [verb, ['network']])),
    ...Object.fromEntries(['break', 'fix'].map((verb) => [verb, ['geolocation']])),
    ...Object.fromEntries(
      ['kill', 'start', 'restart', 'freeze', 'thaw', 'stop', 'run'].map((verb) => [verb, ['worker']]),
    ),
    greet: ['Ada', '1'],
    expect: ['worker', 'up'],
    watch: ['counters'],
    patterns: ['fire-and-forget'],
  };
  const verbs = VERBS.map((verb) => ['stage/commands/stage.ts', verb, ...(words[verb] ?? [])]);
  const others = [
    ['stage/commands/stage.ts', 'start', 'worker'],
    ['stage/commands/stage.ts', 'start', 'counters'],
    ['stage/commands/drill.ts', '1'],
    ['stage/commands/rehearse.ts', '1'],
    ['stage/commands/study.ts'],
    ['stage/commands/study.ts', 'success', 'a'],
    ['stage/commands/study.ts', 'third-step', 'solution'],
  ];
  const crashes: string[] = [];
  for (const [file = '', ...words] of [...verbs, ...others]) {
    const { said } = await profile.command(file, words);
    if (/^\s+at /m.test(said)) crashes.push(`${words.join(' ')}: ${said}`);
  }
  expect(crashes).toEqual([]);
  await until(async () => (await profile.executionsIn('far')).includes('count'));
  const ours = ['getAddressFromIP', 'count', 'release', 'signUp', 'welcome'];
  expect(new Set(await profile.executionsIn('far'))).toEqual(new Set(ours));
  expect(await profile.executionsIn('company')).toEqual([]);
});

it('leaves, and the Temporal Service of the profile goes on; nothing has touched the default profile', async () => {
  const { stage, address, executionsIn } = profile;
  expect(stage.output()).toContain('the Service of your profile "far"');
  expect(await stage.leave()).toMatchObject({ code: 0 });
  expect(await leftOf(stage)).toEqual([]);
  await until(() => serviceAnswers(address));
  expect(await executionsIn('company')).toEqual([]);
});
