// The state of a release as a tree: one change at a leaf, and what it means for everything above. Pure, for Workflow, page and tests alike.
import type { Plan } from './plan.ts';

export type Kind = 'release' | 'wave' | 'cluster' | 'bundle' | 'app';

/** An app that is deployed is running, everything above it is then completed; a release that deploys is in progress. */
export type State =
  | 'pending'
  | 'deploying'
  | 'in_progress'
  | 'running'
  | 'completed'
  | 'failed'
  | 'cancelled';

const APP_STATES: State[] = ['running', 'deploying', 'failed', 'cancelled', 'pending'];
const BEGUN: State[] = ['deploying', 'in_progress'];

export interface TreeNode {
  id: string;
  kind: Kind;
  state: State;
  /** When it entered this state, in milliseconds since 1970. */
  since: number;
  /** When its deployment began, if it did. */
  begun?: number;
  error?: string;
  children: TreeNode[];
}

/** What happened to one node. */
export interface Change {
  id: string;
  state: State;
  /** Milliseconds since 1970. */
  at: number;
  error?: string;
}

export const CANCELLED = 'Release cancelled by user';

/** Why a release fails with one of its apps. */
export function deploymentFailed(app: string, reason = 'for an unknown reason'): string {
  return `App deployment failed: ${app} - ${reason}`;
}

/** Everything pending. */
export function newTree(plan: Plan, at: number): TreeNode {
  const pending = (kind: Kind, id: string, children: TreeNode[] = []): TreeNode => ({
    id,
    kind,
    state: 'pending',
    since: at,
    children,
  });
  const waves = plan.waves.map((wave) => {
    const clusters = wave.clusters.map((cluster) => {
      const bundles = cluster.bundles.map((bundle) => {
        const apps = bundle.apps.map(({ id }) => pending('app', id));
        return pending('bundle', bundle.id, apps);
      });
      return pending('cluster', cluster.id, bundles);
    });
    return pending('wave', wave.id, clusters);
  });
  return pending('release', plan.id, waves);
}

/** The tree after this change; what did not change is the same object as before. */
export function changed(node: TreeNode, change: Change): TreeNode {
  if (node.id === change.id) return entered(node, change.state, change.at, change.error);
  // A replay of a thousand apps comes here two thousand times: nothing is copied before it is found.
  for (const [index, child] of node.children.entries()) {
    const after = changed(child, change);
    if (after !== child) return settled({ ...node, children: node.children.with(index, after) }, change.at);
  }
  return node;
}

/** The tree after a cancel: what was not started is cancelled, and so is what it belongs to. */
export function cancelled(node: TreeNode, at: number): TreeNode {
  if (isOver(node)) return node;
  const children = node.children.map((child) => cancelled(child, at));
  return entered({ ...node, children }, 'cancelled', at, node.kind === 'release' ? CANCELLED : undefined);
}

/** Everything below the release, in the order in which it is deployed: a wave, its first cluster, that one's first bundle, ... */
export function inOrder(node: TreeNode): TreeNode[] {
  return node.children.flatMap((child) => [child, ...inOrder(child)]);
}

/** How a release stands, without its tree. */
export interface Summary {
  id: string;
  state: State;
  /** When it entered this state, in milliseconds since 1970. */
  since: number;
  error?: string;
  /** How many apps are in each state. */
  apps: Partial<Record<State, number>>;
}

export function summaryOf(tree: TreeNode): Summary {
  const { id, state, since, error } = tree;
  return { id, state, since, ...(error && { error }), apps: countApps(tree) };
}

function countApps(node: TreeNode, apps: Summary['apps'] = {}): Summary['apps'] {
  if (node.kind === 'app') apps[node.state] = (apps[node.state] ?? 0) + 1;
  for (const child of node.children) countApps(child, apps);
  return apps;
}

/** "Apps: 3 running, 1 deploying, 8 pending", the furthest first. */
export function inWords(tree: TreeNode): string {
  const apps = countApps(tree);
  const words = APP_STATES.flatMap((state) => (apps[state] ? [`${apps[state]} ${state}`] : []));
  return `Apps: ${words.join(', ')}`;
}

/** Nothing will happen to it any more. */
export function isOver({ state }: TreeNode): boolean {
  return state !== 'pending' && state !== 'deploying' && state !== 'in_progress';
}

/** A node whose children have changed, in the state that follows from theirs. */
function settled(node: TreeNode, at: number): TreeNode {
  const failed = node.children.find(({ state }) => state === 'failed');
  if (failed) return entered(node, 'failed', at, failed.error);
  const isDone = node.children.every(({ state }) => state === 'running' || state === 'completed');
  if (isDone) return entered(node, 'completed', at);
  return entered(node, node.kind === 'release' ? 'in_progress' : 'deploying', at);
}

function entered(node: TreeNode, state: State, at: number, error?: string): TreeNode {
  if (node.state === state) return node;
  const begun = node.begun ?? (BEGUN.includes(state) ? at : undefined);
  return { ...node, state, since: at, ...(begun && { begun }), ...(error && { error }) };
}
