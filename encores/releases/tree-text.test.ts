// The tree in a terminal: what is under way is open, what is complete or to come is a line.
import { expect, it } from 'vitest';
import { readPlan, wavesOf } from './plan.ts';
import { type Change, cancelled, changed, inOrder, newTree } from './tree.ts';
import { barOf, linesOfTree } from './tree-text.ts';

const demo = newTree(readPlan({ id: 'r', appDeployTime: 1, waves: wavesOf() }), 0);

/** Everything before this app is deployed, in steps of a second; the app is begun. */
function upTo(app: string) {
  let tree = demo;
  let at = 0;
  const change = (id: string, state: Change['state']) => {
    at += 1000;
    tree = changed(tree, { id, state, at });
  };
  for (const { id, kind } of inOrder(demo)) {
    change(id, 'deploying');
    if (id === app) break;
    if (kind === 'app') change(id, 'running');
  }
  return tree;
}

it('is opened as far as it matters', () => {
  expect(linesOfTree(upTo('app:cluster-2-1-bundle-app-2'))).toEqual([
    '├── ✔ wave-1 completed 16.0 s ■■■■■■',
    '└── ◐ wave-2 deploying',
    '    ├── ◐ cluster-2-1 deploying',
    '    │   └── ◐ bundle deploying',
    '    │       ├── ✔ app-1 running 1.0 s',
    '    │       ├── ◐ app-2 deploying',
    '    │       └── ○ app-3 pending',
    '    └── ○ cluster-2-2 pending □□□',
  ]);
});

it('a failure is open down to its app, with the reason', () => {
  const id = 'app:cluster-1-1-bundle-app-1';
  const tree = changed(upTo(id), { id, state: 'failed', at: 9000, error: 'refused' });
  expect(linesOfTree(tree)).toContain('│   │       ├── ✘ app-1 failed 5.0 s: refused');
});

it('a cancel hides nothing', () => {
  const tree = cancelled(upTo('app:cluster-1-1-bundle-app-2'), 9000);
  expect(linesOfTree(tree).join('\n')).toContain('⊖ app-2 cancelled');
});

it('many apps are shares of a bar', () => {
  const many = newTree(
    readPlan({ id: 'r', appDeployTime: 1, waves: wavesOf({ waves: 5, clusters: 10, bundles: 2, apps: 10 }) }),
    0,
  );
  expect(barOf(many)).toBe('□'.repeat(24));
});
