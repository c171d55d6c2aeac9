// Finds a run for a command, with words for when there is none.
import type { Client } from '@temporalio/client';
import { type Listed, listRuns } from '../../encores/pipelines/client.ts';
import { createFollower, type RunTree } from '../../encores/pipelines/follow.ts';
import { userError } from '../../hello-ip/support/user-error.ts';

/** The id of the run that has this id, or of the newest of this definition. @throws a user error when there is none */
export async function idOfRun(client: Client, word: string): Promise<string> {
  const runs = await listRuns(client);
  const found = runs.find(({ workflowId }) => workflowId === word) ?? runs.find((run) => isOf(run, word));
  // Sub-workflows are not listed, and have runs of their own.
  return found?.workflowId ?? word;
}

/** @throws a user error when there is none */
export async function needRun(client: Client, word: string): Promise<RunTree> {
  const run = await createFollower(client).find(await idOfRun(client, word));
  if (run) return run;
  throw userError(`There is no run "${word}". List them: npm run pipelines list`);
}

function isOf({ definition }: Listed, word: string): boolean {
  const [name = ''] = definition.split(':');
  return name === word || definition === word || name.startsWith(`${word}_`);
}
