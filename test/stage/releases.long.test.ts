// The encore of the releases on a real stage: its command, and everything that can be killed under it.
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { cleanUp, leftOf, type Program, run, startStage, until } from '../support/harness.ts';
import { smallPlan, startRelease } from '../support/releases.ts';
import { say, useStage } from '../support/verbs.ts';

const KILLS = 20;

let stage: Program;

/** A verb that must succeed. */
async function must(...words: Parameters<typeof say>): Promise<string> {
  const { code, said } = await say(...words);
  expect({ code, said }).toMatchObject({ code: 0 });
  return said;
}

const page = () => `http://127.0.0.1:${stage.ports.ENCORE_PORT}`;
const command = (...words: string[]) =>
  run('stage/commands/releases.ts', words, { folder: stage.folder, ports: stage.ports });

/** Starts a release of four apps over the API; returns its page. */
const start = (seconds: number) =>
  startRelease(page(), { name: 'four', ...smallPlan(4), appDeployTime: seconds });

beforeAll(async () => {
  stage = await startStage();
  useStage(stage);
});
afterEach(async () => {
  await say('reset');
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await cleanUp();
});

it(`npm run releases says how the three ended, though their Worker is killed at ${KILLS} random moments`, {
  timeout: 400_000,
}, async () => {
  const releases = await command('quick');
  await releases.untilSaid('in progress');
  for (let kill = 0; kill < KILLS; kill += 1) {
    // Anywhere between two Workflow Tasks, within one, or within a step.
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 2000));
    await must('kill', 'releases');
    await must('start', 'releases');
  }
  expect({ ...(await releases.ended()), said: releases.output() }).toMatchObject({ code: 0 });
  const said = releases.output();
  for (const words of ['landing 1.9: completed', 'checkout 8.1: failed', 'billing 3.0: cancelled'])
    expect(said).toContain(`✔ ${words}`);
  expect(said).toContain('App deployment failed: app:cluster-2-2-bundle-app-2 - Simulated failure scenario');
  expect(said).toMatch(/\d:\d\d +◐ billing 3\.0 +in progress +Apps: \d+ (running|deploying), /);
  await must('expect', 'apps deployed once');
  await must('expect', 'no app deployed after the cancel');
});

it('one that ends otherwise than it should is exit code 1, and Ctrl-C leaves it running', async () => {
  const releases = await command('start', 'search', '2');
  await releases.untilSaid('in progress');
  expect(await releases.leave()).toMatchObject({ code: 130 });
  expect(releases.output()).toContain('Come back to them: npm run releases watch');
  const watch = await command('watch');
  await watch.untilSaid(/search +in progress/);
  await must('cancel', 'release', 'search');
  expect(await watch.ended()).toMatchObject({ code: 0 });
  expect(watch.output()).toContain('search: cancelled');
  const other = await command('start', 'search', '1');
  await other.untilSaid('in progress');
  await must('cancel', 'release', 'search');
  expect(await other.ended()).toMatchObject({ code: 1 });
  expect(other.output()).toContain('✘ search: cancelled, but was to be completed');
});

describe('while something is away, nothing is lost', () => {
  it('the platform, killed for 5 s', async () => {
    await must('start', 'releases');
    await must('start', 'releases-page');
    await must('start', 'platform');
    await start(1);
    await must('expect', 'release four deploying');
    await must('kill', 'platform');
    await must('expect', 'release four retrying');
    await new Promise((resolve) => setTimeout(resolve, 5000));
    await must('start', 'platform');
    await must('expect', 'release four completed');
    await must('expect', 'apps deployed once');
  });

  it('the platform, frozen so that it never answers', async () => {
    await start(1);
    await must('expect', 'release four deploying');
    await must('freeze', 'platform');
    await must('expect', 'release four retrying');
    await must('thaw', 'platform');
    await must('expect', 'release four completed');
    await must('expect', 'apps deployed once');
  });

  it('the Temporal Service, killed for 5 s; a cancel meanwhile says so, and works afterwards', async () => {
    const release = await start(1);
    await must('expect', 'release four deploying');
    await must('kill', 'server');
    await until(async () => (await (await fetch(`${page()}/releases`)).text()).includes('Service away.'));
    const cancel = () =>
      fetch(`${release.replace('/releases/', '/api/releases/')}/cancel`, { method: 'POST' });
    expect((await cancel()).status).toBe(503);
    expect(await say('cancel', 'release', 'four')).toMatchObject({
      code: 1,
      said: expect.stringContaining('npm run stage start server'),
    });
    await new Promise((resolve) => setTimeout(resolve, 5000));
    await must('start', 'server');
    expect((await cancel()).status).toBe(202);
    await must('expect', 'release four cancelled');
    await must('expect', 'no app deployed after the cancel');
  });
});

it('leaves nothing behind', async () => {
  await stage.leave();
  expect(await leftOf(stage)).toEqual([]);
});
