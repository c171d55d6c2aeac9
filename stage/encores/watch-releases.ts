// Follows releases in the terminal until they have ended, and cancels those that are to be cancelled.
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { cancelRelease } from '../../encores/releases/client.ts';
import type { DemoRelease } from '../../encores/releases/demo.ts';
import { createFollower, type Release, type Sight } from '../../encores/releases/follow.ts';
import { titleOf } from '../../encores/releases/words.ts';
import { troubleOf } from '../../hello-ip/support/service-error.ts';
import { lineOf, summaryOf } from './release-text.ts';

const SAY_EVERY_MS = 5000;
const RETRY_MS = 500;

export interface WatchOptions {
  client: Client;
  print: (line: string) => void;
  /** Nothing more is said or done. */
  signal: AbortSignal;
}

/** Resolves with the releases once all have ended; says how they stand every five seconds. */
export async function watchReleases(
  ids: ReadonlySet<string>,
  { client, print, signal }: WatchOptions,
): Promise<Release[]> {
  const follower = createFollower(client);
  let saidAt = Number.NEGATIVE_INFINITY;
  return new Promise((resolve) => {
    const unfollow = follower.follow((sight) => {
      const releases = sight.releases?.filter(({ plan }) => ids.has(plan.id)) ?? [];
      const isOver = releases.length === ids.size && releases.every(({ endedAt }) => endedAt !== undefined);
      if (signal.aborted || isOver) unfollow();
      if (signal.aborted) return;
      if (isOver) return resolve(releases);
      if (performance.now() - saidAt < SAY_EVERY_MS) return;
      saidAt = performance.now();
      say(sight, releases, print);
    });
  });
}

function say(sight: Sight, releases: Release[], print: (line: string) => void): void {
  const isTerminal = process.stdout.isTTY === true;
  const width = Math.max(0, ...releases.map((release) => titleOf(release).length));
  if (sight.awaySince)
    print(`      The Temporal Service is away. ${sight.trouble ?? 'The releases go on when it is back.'}`);
  else if (sight.workers === 0) print('      No Worker is polling: nothing is lost, the releases wait.');
  for (const release of releases) print(lineOf(release, width, isTerminal));
}

/** Sends the cancel Signal when its time has come; while the Temporal Service is away, as soon as it is back. */
export async function cancelInTime(
  { plan, cancelAfter }: DemoRelease,
  { client, print, signal }: WatchOptions,
): Promise<void> {
  if (cancelAfter === undefined) return;
  await delay(cancelAfter * 1000, undefined, { signal, ref: false }).catch(() => {});
  while (!signal.aborted) {
    try {
      await cancelRelease(client, plan.id);
      return print(`      ${titleOf({ plan })}: cancel Signal sent. The app at hand is finished first.`);
    } catch (error) {
      if ((error as Error).name === 'UserError') return print(`      ${(error as Error).message}`);
      if (troubleOf(error)) throw error;
      await delay(RETRY_MS);
    }
  }
}

/** What is said at the end; whether every one ended as it was to end. */
export function conclude(
  releases: readonly Release[],
  started: readonly DemoRelease[],
  print: (line: string) => void,
): boolean {
  print('');
  const endOf = (release: Release) => started.find(({ plan }) => plan.id === release.plan.id)?.ends;
  for (const release of releases.toReversed())
    for (const line of summaryOf(release, endOf(release))) print(line);
  return releases.every((release) => (endOf(release) ?? release.tree.state) === release.tree.state);
}
