// What the claims look at of pipelines: the newest run, and its rows in the history.
import type { Client } from '@temporalio/client';
import { listRuns } from '../../encores/pipelines/client.ts';
import type { Follower, RunTree } from '../../encores/pipelines/follow.ts';
import { askApi } from '../../encores/pipelines/web/ask.ts';
import { userError } from '../../hello-ip/support/user-error.ts';
import type { Recorded } from './observations.ts';

/** The pipeline that was started last, with its sub-workflows; undefined before the first. */
export async function newestPipeline(client: Client, follower: Follower): Promise<RunTree | undefined> {
  const [newest] = await listRuns(client);
  return newest && follower.find(newest.workflowId);
}

/** @param page the address of the page, which owns the history @throws a user error when it does not answer */
export async function readRecorded(page: string, ids: string[]): Promise<Recorded[]> {
  const found = await Promise.all(ids.map((id) => readOne(page, id)));
  return found.flatMap((each) => each ?? []);
}

async function readOne(page: string, id: string): Promise<Recorded | undefined> {
  const answer = await askApi(page, `/api/v1/history/${encodeURIComponent(id)}`);
  if (!answer)
    throw userError('The owner of the history does not answer. Start it: npm run stage start pipelines-page');
  if (!answer.ok) return undefined;
  const { run, steps } = (await answer.json()) as {
    run: { status: string };
    steps: { step_id: string; status: string }[];
  };
  return {
    id,
    status: run.status,
    steps: Object.fromEntries(steps.map((step) => [step.step_id, step.status])),
  };
}
