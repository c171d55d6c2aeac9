// Plans that can be rolled out, and what is said of those that cannot.
import { expect, it } from 'vitest';
import { appsOf, readPlan, wavesOf } from './plan.ts';

const demo = { id: 'release-1', appDeployTime: 4.58, waves: wavesOf() };

it('the demo rolls out twelve apps', () => {
  const apps = appsOf(readPlan(demo));
  expect(apps).toHaveLength(12);
  expect(apps.slice(0, 4)).toEqual([
    'app:cluster-1-1-bundle-app-1',
    'app:cluster-1-1-bundle-app-2',
    'app:cluster-1-1-bundle-app-3',
    'app:cluster-1-2-bundle-app-1',
  ]);
  expect(apps.at(-1)).toBe('app:cluster-2-2-bundle-app-3');
});

it('a thousand apps in any shape, and not one more', () => {
  const shape = { waves: 5, clusters: 10, bundles: 2, apps: 10 };
  expect(appsOf(readPlan({ ...demo, waves: wavesOf(shape) }))).toHaveLength(1000);
  const more = { waves: 1, clusters: 1, bundles: 1, apps: 1001 };
  expect(() => readPlan({ ...demo, waves: wavesOf(more) })).toThrow(
    'The plan cannot be rolled out: waves: 1001 apps are more than 1000. Correct it, and start the release again.',
  );
});

const app = { id: 'app-1' };
it.each([
  ['nothing', undefined, 'plan: Invalid input'],
  ['no waves', { ...demo, waves: [] }, 'waves: needs a wave'],
  ['an empty level', { ...demo, waves: [{ id: 'w', clusters: [] }] }, 'waves.0.clusters: needs a cluster'],
  ['a time below zero', { ...demo, appDeployTime: -1 }, 'appDeployTime: must be more than 0 seconds'],
  ['an absurd time', { ...demo, appDeployTime: 1e9 }, 'appDeployTime: must not be more than 3600 seconds'],
  ['no number', { ...demo, appDeployTime: Number.NaN }, 'appDeployTime: Invalid input'],
  [
    'an unknown scenario',
    { ...demo, scenario: { kind: 'flood' } },
    'scenario.kind: must be none, or app_failure',
  ],
  [
    'a failing app that it does not have',
    { ...demo, scenario: { kind: 'app_failure', app: 'x' } },
    'scenario.app: "x" is no app of it',
  ],
  ['an id with odd characters', { ...demo, id: 'a\u001b[2J' }, 'id: must be 1 to 100 letters'],
  [
    'an id used twice',
    { ...demo, waves: [{ id: 'w', clusters: [{ id: 'c', bundles: [{ id: 'b', apps: [app, app] }] }] }] },
    'id: "app-1" is used twice',
  ],
  ['a field that it does not know', { ...demo, aplDeployTime: 3 }, 'Unrecognized key'],
])('%s is refused by name', (_, json, what) => {
  expect(() => readPlan(json)).toThrow(what);
});
