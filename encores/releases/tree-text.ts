// The tree of a release for a terminal: a line for each node, in the shapes and words of the page.
import { vocabulary } from '../../hello-ip/web/vocabulary.ts';
import type { Told } from './history.ts';
import { isOver, type State, summaryOf, type TreeNode } from './tree.ts';
import { minutes, SHOWN, shortName, wordOf } from './words.ts';

const CELLS: Record<State, string> = {
  ...{ running: '■', completed: '■', deploying: '◧', in_progress: '◧' },
  ...{ failed: '✘', cancelled: '▨', pending: '□' },
};
/** More apps than this become shares of a bar. */
const MOST_CELLS = 24;

/** "├── ✔ cluster-1-1 completed": what is complete or has not begun is one line. */
export function linesOfTree(tree: TreeNode, indent = ''): string[] {
  return tree.children.flatMap((node, index) => {
    const isLast = index === tree.children.length - 1;
    const line = `${indent}${isLast ? '└──' : '├──'} ${wordsOf(node, tree)}`;
    if (isFolded(node)) return [line];
    return [line, ...linesOfTree(node, `${indent}${isLast ? '   ' : '│  '} `)];
  });
}

function isFolded({ state }: TreeNode): boolean {
  return state === 'completed' || state === 'pending';
}

function wordsOf(node: TreeNode, parent: TreeNode): string {
  const { symbol } = vocabulary[SHOWN[node.state]];
  const took =
    node.begun !== undefined && isOver(node) ? ` ${((node.since - node.begun) / 1000).toFixed(1)} s` : '';
  const apps = isFolded(node) && node.children.length > 0 ? ` ${barOf(node)}` : '';
  const why = node.kind === 'app' && node.error ? `: ${node.error}` : '';
  return `${symbol} ${shortName(node.id, parent.id)} ${wordOf(node.state)}${took}${apps}${why}`;
}

/** "■■■◧□□": a cell for each app, the furthest first. */
export function barOf(tree: TreeNode): string {
  const { apps } = summaryOf(tree);
  const all = Object.values(apps).reduce((sum, count) => sum + count, 0);
  const scale = Math.min(1, MOST_CELLS / all);
  return (['running', 'failed', 'deploying', 'cancelled', 'pending'] as const)
    .map((state) => CELLS[state].repeat(Math.ceil((apps[state] ?? 0) * scale)))
    .join('')
    .slice(0, MOST_CELLS);
}

/** How long it has been under way, or took. */
export function lasted({ startedAt, endedAt }: Told, now: number): string {
  return minutes(((endedAt ?? now) - startedAt) / 1000);
}
