// What one page shows: the list of releases and, on the page of one of them, its tree; kept up to date from each look of the follower.
import type { Fault } from '../../../hello-ip/web/timeline/faults.ts';
import { lanesOf } from '../../support/lanes.ts';
import { Parts } from '../../support/parts.ts';
import type { Release, Sight } from '../follow.ts';
import { inOrder } from '../tree.ts';
import { endingOf, isRetrying, minutes, placeOf, progressOf, SHOWN, titleOf, wordOf } from '../words.ts';
import { stripOf } from './strip.ts';
import { template } from './templates.ts';
import { createTreeParts } from './tree-parts.ts';

/** What the board looks at besides the follower. */
export interface BoardOptions {
  readFaults(): Fault[];
  /** The address of an execution in the Web UI. */
  webUiUrl(release: Release): string;
}

export interface Board {
  parts: Parts;
  /** The list, and the release that the page is about, if it is about one. */
  update(sight: Sight, release?: Release): void;
  /** The tree as nested lists. */
  tree(): string;
}

interface Card {
  id: string;
  href: string;
  isCurrent: boolean;
  webUiUrl: string;
  title: string;
  shown: string;
  word: string;
  strip: string;
  begun: number;
  took?: string;
  ending?: string;
}

interface Head {
  title: string;
  shown: string;
  word: string;
  facts: string[];
  description: string;
  error?: string;
  webUiUrl: string;
}

const LANES = { releases: 'Worker', platform: 'Platform', server: 'Service' };

const renderCard = template<Card>('card');
const renderCards = template<{ cards: string[] }>('cards');
const renderHead = template<Head>('release-head');
const renderCancel = template<{ release: Release }>('cancel');
const renderStanding = template<{ shown: string; words: string[] }>('standing');

export function createBoard({ readFaults, webUiUrl }: BoardOptions): Board {
  const parts = new Parts();
  const tree = createTreeParts(parts);

  function updateList({ releases = [] }: Sight, current?: Release): void {
    const ids = releases.map(({ runId }) => `r-${runId}`);
    for (const release of releases) {
      const isCurrent = release.runId === current?.runId;
      const card = cardOf(release, isCurrent, webUiUrl(release));
      parts.set(card.id, renderCard(card));
    }
    parts.set('cards', renderCards({ cards: ids.map((id) => parts.get(id)) }), ids.join());
  }

  function updateRelease(release: Release): void {
    tree.update(release);
    parts.set('head', renderHead(headOf(release, webUiUrl(release))));
    parts.set('cancel', renderCancel({ release }));
    parts.set(
      'lanes',
      `<div id="lanes" class="lanes">${lanesOf(release, LANES, readFaults(), Date.now())}</div>`,
    );
  }

  return {
    parts,
    update(sight, release) {
      parts.set('standing', renderStanding(standingOf(sight, release)));
      updateList(sight, release);
      if (release) updateRelease(release);
    },
    tree: () => tree.html(),
  };
}

function cardOf(release: Release, isCurrent: boolean, webUiUrl: string): Card {
  const { tree, plan, runId, startedAt, endedAt } = release;
  const states = inOrder(tree).flatMap(({ kind, state }) => (kind === 'app' ? [state] : []));
  return {
    id: `r-${runId}`,
    href: `/releases/${encodeURIComponent(plan.id)}`,
    isCurrent,
    webUiUrl,
    title: titleOf(release),
    shown: shownOf(release),
    word: wordOf(tree.state),
    strip: stripOf(states),
    begun: startedAt,
    took: endedAt === undefined ? undefined : minutes((endedAt - startedAt) / 1000),
    ending: endingOf(release),
  };
}

function headOf(release: Release, webUiUrl: string): Head {
  const { tree, plan } = release;
  const place = placeOf(tree);
  const facts = [...(place ? [place] : []), progressOf(tree)];
  const { error } = tree;
  const shown = shownOf(release);
  return {
    ...{ title: titleOf(release), shown, word: wordOf(tree.state), facts },
    ...{ description: descriptionOf(plan), error, webUiUrl },
  };
}

function descriptionOf({ description, appDeployTime }: Release['plan']): string {
  const each = `${appDeployTime} s for each app`;
  return description ? `${description} · ${each}` : each;
}

function shownOf(release: Release): string {
  return isRetrying(release) ? 'retrying' : SHOWN[release.tree.state];
}

/** What stands in the way, or will happen next; nothing while all goes well. */
function standingOf({ releases, workers, awaySince, trouble }: Sight, release?: Release) {
  if (trouble) return { shown: 'failed', words: [trouble] };
  if (awaySince)
    return {
      shown: 'away',
      words: ['Service away.', 'This is what was known last; it goes on when the Service is back.'],
    };
  if (!releases) return { shown: 'waiting', words: [] };
  const waits = release
    ? release.endedAt === undefined
    : releases.some(({ endedAt }) => endedAt === undefined);
  if (workers === 0 && waits)
    return {
      shown: 'paused',
      words: ['No Worker is polling.', 'Nothing is lost: it goes on with the step it was at.'],
    };
  if (release?.isCancelAsked && release.endedAt === undefined)
    return { shown: 'cancelled', words: ['Cancelling.', 'The app at hand is finished first.'] };
  return { shown: 'waiting', words: [] };
}
