// Finds a release by what a person would call it.
import type { Release } from './follow.ts';
import { titleOf } from './words.ts';

/** By its id, its Workflow Id or the beginning of its name; of those of one name, the newest. */
export function findRelease(releases: readonly Release[], word: string): Release | undefined {
  const wanted = word.trim().toLowerCase();
  const exact = releases.find(({ plan, workflowId }) => plan.id === word || workflowId === word);
  return exact ?? releases.find((release) => wanted && titleOf(release).toLowerCase().startsWith(wanted));
}
