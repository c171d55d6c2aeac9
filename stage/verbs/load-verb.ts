// Loads a verb of `npm run stage` by its name: one file each.
import { userError } from '../../hello-ip/support/user-error.ts';
import { nearest } from '../nearest.ts';
import type { Verb } from './verb.ts';

const LOADERS: Record<string, () => Promise<{ verb: Verb }>> = {
  status: () => import('./status.ts'),
  greet: () => import('./greet.ts'),
  show: () => import('./show.ts'),
  cancel: () => import('./cancel.ts'),
  expect: () => import('./expect.ts'),
  kill: () => import('./kill.ts'),
  start: () => import('./start.ts'),
  stop: () => import('./stop.ts'),
  restart: () => import('./restart.ts'),
  freeze: () => import('./freeze.ts'),
  thaw: () => import('./thaw.ts'),
  run: () => import('./run.ts'),
  watch: () => import('./watch.ts'),
  cut: () => import('./cut.ts'),
  restore: () => import('./restore.ts'),
  break: () => import('./break.ts'),
  fix: () => import('./fix.ts'),
  open: () => import('./open.ts'),
  close: () => import('./close.ts'),
  room: () => import('./room.ts'),
  reset: () => import('./reset.ts'),
  doctor: () => import('./doctor.ts'),
  releases: () => import('./releases.ts'),
  patterns: () => import('./patterns.ts'),
  pipelines: () => import('./pipelines.ts'),
  cluster: () => import('./cluster.ts'),
};

/** All verbs, in the order of the help. */
export const VERBS = Object.keys(LOADERS);

/** Those of the room and of the encores, for which the talk's help has one line. */
export const MORE_VERBS = ['open', 'close', 'room', 'releases', 'patterns', 'pipelines', 'cluster'];

/**
 * The words after a verb.
 * @throws a user error for words after a verb that takes none
 */
export function readVerbWords({ usage }: Verb, words: string[]): string[] {
  if (usage.includes(' ') || words.length === 0) return words;
  throw userError(`"${usage}" takes no words, but got "${words.join(' ')}". Run: npm run stage ${usage}`);
}

/**
 * The verb of this name; only its own file is loaded.
 * @throws a user error with the nearest verb
 */
export async function loadVerb(name: string): Promise<Verb> {
  const load = VERBS.includes(name) && LOADERS[name];
  if (load) return (await load()).verb;
  throw userError(
    `"${name}" is not a verb. Did you mean: npm run stage ${nearest(name, VERBS)}\nAll verbs: npm run stage`,
  );
}
