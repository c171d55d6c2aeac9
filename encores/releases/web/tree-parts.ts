// A release as nested lines: the structure once, and each line as a part that is sent when its node has changed.

import type { Parts } from '../../support/parts.ts';
import type { AtHand, Release } from '../follow.ts';
import { inOrder, isOver, type State, type TreeNode } from '../tree.ts';
import { isRetrying, minutes, SHOWN, shortName, wordOf } from '../words.ts';
import { LINE, stripOf } from './strip.ts';
import { template } from './templates.ts';

interface Line {
  id: string;
  node: TreeNode;
  name: string;
  /** A key of the vocabulary. */
  shown: string;
  word: string;
  isLeaf: boolean;
  /** It is folded when nothing in it is under way, is waited for or went wrong. */
  isOpen: boolean;
  strip: string;
  /** Only while this app is being deployed. */
  atHand?: AtHand;
  seconds: number;
  took?: string;
}

const renderLine = template<Line>('line');
const renderNested = template<{ nodes: Numbered[]; line: (node: Numbered) => string }>('nested');

/** What the nested list needs to know of a node: the element id of its line, and whether it is folded. */
interface Numbered {
  id: string;
  isOpen: boolean;
  children: Numbered[];
}

/** Keeps the lines of one release up to date. */
export interface TreeParts {
  update(release: Release): void;
  /** The whole tree as a nested list. */
  html(): string;
}

/** Each line is a part: n1, n2, and so on. */
export function createTreeParts(parts: Parts): TreeParts {
  const numbers = new Map<string, string>();
  /** Each node as it was drawn last: one that has not changed is the same object. */
  const drawn = new Map<string, TreeNode>();
  let tree: TreeNode | undefined;

  function update(release: Release): void {
    tree = release.tree;
    draw(tree, release);
  }

  function draw(parent: TreeNode, release: Release): void {
    for (const node of parent.children) {
      draw(node, release);
      if (drawn.get(node.id) === node && !isAtHand(node)) continue;
      drawn.set(node.id, node);
      parts.set(idOf(node), renderLine(lineOf(node, parent, release)));
    }
  }

  function idOf({ id }: TreeNode): string {
    if (!numbers.has(id)) numbers.set(id, `n${numbers.size + 1}`);
    return numbers.get(id) ?? '';
  }

  function lineOf(node: TreeNode, parent: TreeNode, release: Release): Line {
    const { plan, atHand } = release;
    const waits = isAtHand(node) && isRetrying(release);
    return {
      id: idOf(node),
      node,
      name: shortName(node.id, parent.id),
      shown: waits ? 'retrying' : SHOWN[node.state],
      word: waits ? 'retrying' : wordOf(node.state),
      isLeaf: node.children.length === 0,
      isOpen: isOpen(node),
      strip: node.children.length === 0 ? '' : stripOf(appStates(node), LINE),
      atHand: isAtHand(node) ? atHand : undefined,
      seconds: plan.appDeployTime,
      took: tookOf(node),
    };
  }

  function numbered(node: TreeNode): Numbered {
    return { id: idOf(node), isOpen: isOpen(node), children: node.children.map(numbered) };
  }

  return {
    update,
    html: () =>
      renderNested({
        nodes: tree?.children.map(numbered) ?? [],
        line: ({ id }) => parts.get(id),
      }),
  };
}

function isAtHand({ kind, state }: TreeNode): boolean {
  return kind === 'app' && state === 'deploying';
}

/** What is under way or went wrong is in sight; so is what a cancel has cut off in the middle. */
function isOpen(node: TreeNode): boolean {
  if (node.state === 'pending' || node.state === 'completed') return false;
  if (node.state === 'cancelled') return node.begun !== undefined;
  return true;
}

function appStates(node: TreeNode): State[] {
  return inOrder(node).flatMap(({ kind, state }) => (kind === 'app' ? [state] : []));
}

/** How long it took, once it is over: "14.6 s" for an app, "1:35" for what it belongs to. */
function tookOf(node: TreeNode): string | undefined {
  if (node.begun === undefined || !isOver(node)) return undefined;
  const seconds = (node.since - node.begun) / 1000;
  return node.kind === 'app' && seconds < 100 ? `${seconds.toFixed(1)} s` : minutes(seconds);
}
