// The states of a release in the words and shapes of the kit's one vocabulary.
import type { State as Shown } from '../../hello-ip/web/vocabulary.ts';
import type { Release } from './follow.ts';
import type { Told } from './history.ts';
import { isOver, type State, summaryOf, type TreeNode } from './tree.ts';

/** Which shape and colour a state has. */
export const SHOWN: Record<State, Shown> = {
  pending: 'waiting',
  deploying: 'running',
  in_progress: 'running',
  running: 'done',
  completed: 'done',
  failed: 'failed',
  cancelled: 'cancelled',
};

/** "in progress" */
export function wordOf(state: State): string {
  return state.replace('_', ' ');
}

/** The name it was given, or its id. */
export function titleOf({ plan }: Pick<Told, 'plan'>): string {
  return plan.name ?? plan.id;
}

/** "app-1" for app:cluster-1-1-bundle-app-1 in bundle:cluster-1-1-bundle: what tells it from its siblings. */
export function shortName(id: string, parent?: string): string {
  const bare = (text: string) => text.replace(/^(app|bundle|cluster|wave):/, '');
  const prefix = parent ? `${bare(parent)}-` : '';
  return prefix && bare(id).startsWith(prefix) ? bare(id).slice(prefix.length) : bare(id);
}

/** "7 of 12 apps" */
export function progressOf(tree: TreeNode): string {
  const { apps } = summaryOf(tree);
  const all = Object.values(apps).reduce((sum, count) => sum + count, 0);
  return `${apps.running ?? 0} of ${all} ${all === 1 ? 'app' : 'apps'}`;
}

/** "wave 2 of 2": where it is, or was when it ended. */
export function placeOf({ children }: TreeNode): string | undefined {
  const at = children.findIndex((wave) => !isOver(wave));
  return at < 0 ? undefined : `wave ${at + 1} of ${children.length}`;
}

/** Why it ended as it did, as short as it can be said: "app-2 of cluster-2-2: Simulated failure scenario". */
export function endingOf({ tree }: Pick<Told, 'tree'>): string | undefined {
  const { apps } = summaryOf(tree);
  if (tree.state === 'cancelled') return `${apps.running ?? 0} running, ${apps.cancelled ?? 0} never started`;
  if (tree.state !== 'failed') return undefined;
  return tree.error?.replace(
    /^App deployment failed: app:(.*?)(?:-bundle(?:-\d+)?)?-(app-\d+) - /,
    '$2 of $1: ',
  );
}

/** "1:35" */
export function minutes(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;
}

/** Whether the app at hand has failed and waits for its next attempt. */
export function isRetrying({ atHand }: Pick<Release, 'atHand'>): boolean {
  return atHand?.failure !== undefined && !atHand.isRunning;
}
