// One look at the releases for a command, with words for when there is nothing to see.
import type { Client } from '@temporalio/client';
import { findRelease } from '../../encores/releases/find.ts';
import { createFollower, type Release } from '../../encores/releases/follow.ts';
import { userError } from '../../hello-ip/support/user-error.ts';

/** Newest first. @throws a user error while the Temporal Service does not answer, or refuses */
export async function readReleases(client: Client): Promise<Release[]> {
  const { releases, trouble } = await createFollower(client).look();
  if (releases) return releases;
  throw userError(
    trouble ??
      'The Temporal Service does not answer. Start it: npm run stage start server, or the whole stage: npm start',
  );
}

/** The release of this id, or the newest of this name. @throws a user error when there is none */
export async function needRelease(client: Client, word: string): Promise<Release> {
  const release = findRelease(await readReleases(client), word);
  if (release) return release;
  throw userError(`There is no release "${word}". List them: npm run releases list`);
}
