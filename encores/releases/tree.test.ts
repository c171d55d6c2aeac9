// What a change at one app means for the tree above it.
import { expect, it } from 'vitest';
import { readPlan, wavesOf } from './plan.ts';
import {
  type Change,
  cancelled,
  changed,
  inOrder,
  inWords,
  newTree,
  type State,
  summaryOf,
  type TreeNode,
} from './tree.ts';

const START = 1000;
const demo = newTree(readPlan({ id: 'r', appDeployTime: 1, waves: wavesOf() }), START);
const APP_1 = 'app:cluster-1-1-bundle-app-1';
const APP_2 = 'app:cluster-1-1-bundle-app-2';

/** The tree after everything before this one was deployed, and this one was begun. */
function deployedUpTo(id: string): TreeNode {
  let tree = demo;
  for (const node of inOrder(demo)) {
    tree = changed(tree, { id: node.id, state: 'deploying', at: 2000 });
    if (node.id === id) return tree;
    if (node.kind === 'app') tree = changed(tree, { id: node.id, state: 'running', at: 3000 });
  }
  return tree;
}

function statesOf(tree: TreeNode, ...ids: string[]): Record<string, State> {
  const nodes = [tree, ...inOrder(tree)].filter(({ id }) => ids.includes(id));
  return Object.fromEntries(nodes.map(({ id, state }) => [id, state]));
}

it('begins with everything pending', () => {
  expect(new Set([demo, ...inOrder(demo)].map(({ state }) => state))).toEqual(new Set(['pending']));
  expect(inWords(demo)).toBe('Apps: 12 pending');
});

it('an app that is deployed leaves its bundle deploying while others are pending', () => {
  const tree = deployedUpTo(APP_2);
  expect(
    statesOf(tree, 'r', 'wave-1', 'cluster-1-1', 'bundle:cluster-1-1-bundle', APP_1, APP_2, 'wave-2'),
  ).toEqual({
    r: 'in_progress',
    'wave-1': 'deploying',
    'cluster-1-1': 'deploying',
    'bundle:cluster-1-1-bundle': 'deploying',
    [APP_1]: 'running',
    [APP_2]: 'deploying',
    'wave-2': 'pending',
  });
  expect(inWords(tree)).toBe('Apps: 1 running, 1 deploying, 10 pending');
});

it('the last app completes its bundle, its cluster, its wave and, last of all, the release', () => {
  const second = deployedUpTo('wave-2');
  expect(statesOf(second, 'r', 'wave-1', 'cluster-1-2', 'bundle:cluster-1-2-bundle')).toEqual({
    r: 'in_progress',
    'wave-1': 'completed',
    'cluster-1-2': 'completed',
    'bundle:cluster-1-2-bundle': 'completed',
  });
  const all = deployedUpTo('');
  expect(summaryOf(all)).toEqual({ id: 'r', state: 'completed', since: 3000, apps: { running: 12 } });
});

it('a failure travels up with its error; what ran runs on, what was to come stays pending', () => {
  const change: Change = { id: APP_2, state: 'failed', at: 4000, error: 'refused' };
  const tree = changed(deployedUpTo(APP_2), change);
  expect(summaryOf(tree)).toEqual({
    id: 'r',
    state: 'failed',
    since: 4000,
    error: 'refused',
    apps: { running: 1, failed: 1, pending: 10 },
  });
  expect(statesOf(tree, 'wave-1', 'cluster-1-1', 'bundle:cluster-1-1-bundle', 'cluster-1-2')).toEqual({
    'wave-1': 'failed',
    'cluster-1-1': 'failed',
    'bundle:cluster-1-1-bundle': 'failed',
    'cluster-1-2': 'pending',
  });
});

it('a cancel leaves what ran and what is complete, and cancels the rest', () => {
  const begun = changed(deployedUpTo('wave-2'), { id: 'wave-2', state: 'deploying', at: 3500 });
  const tree = cancelled(begun, 4000);
  expect(summaryOf(tree)).toEqual({
    id: 'r',
    state: 'cancelled',
    since: 4000,
    error: 'Release cancelled by user',
    apps: { running: 6, cancelled: 6 },
  });
  expect(statesOf(tree, 'wave-1', 'wave-2', 'cluster-2-1')).toEqual({
    'wave-1': 'completed',
    'wave-2': 'cancelled',
    'cluster-2-1': 'cancelled',
  });
});

it('shares what did not change, so that only that is sent', () => {
  const before = deployedUpTo(APP_1);
  const after = changed(before, { id: APP_1, state: 'running', at: 3000 });
  expect(after.children[1]).toBe(before.children[1]);
  expect(after.children[0]).not.toBe(before.children[0]);
});
