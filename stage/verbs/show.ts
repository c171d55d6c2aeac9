// npm run stage show [workflowId]
import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { userError } from '../../hello-ip/support/user-error.ts';
import { lastStarted } from '../../hello-ip/web/last-started.ts';
import { readProgress } from '../../hello-ip/web/progress.ts';
import { ACTIVITIES, factsOf } from '../../hello-ip/web/timeline/facts.ts';
import { faultReader } from '../../hello-ip/web/timeline/faults.ts';
import { type PendingWords, timelineOf } from '../../hello-ip/web/timeline/timeline.ts';
import { nextAttempt, pendingOf } from '../claims/history.ts';
import type { GreetingSnapshot } from '../claims/observations.ts';
import { withClient } from '../control/service-client.ts';
import { faultLogFile } from '../processes/fault-log.ts';
import { paint } from '../processes/output.ts';
import { stageFolder } from '../settings.ts';
import { linesOfTimeline } from './timeline-text.ts';
import type { Verb } from './verb.ts';

const COLUMNS_OF_A_PIPE = 100;

export const verb: Verb = {
  usage: 'show [workflowId]',
  about: 'the timeline of a greeting: what ran, what was killed, what it survived',
  async run(words, print) {
    const [wanted, ...rest] = words;
    if (rest.length > 0) throw userError(`One greeting at a time. Run: npm run stage show ${wanted}`);
    const { workflowId, events, pending } = await withClient((client) => find(client, wanted));
    const facts = factsOf(events);
    if (!facts) throw userError(`The Event History of ${workflowId} is empty. Look again in a second.`);
    const faults = faultReader(faultLogFile(stageFolder()))();
    const timeline = timelineOf({ facts, faults, pending, now: Date.now() });
    print(workflowId);
    for (const line of linesOfTimeline(timeline, process.stdout.columns || COLUMNS_OF_A_PIPE, paint))
      print(line);
    return undefined;
  },
};

/** An Activity that is being retried, in words. */
function pendingWords(seen: GreetingSnapshot): PendingWords | undefined {
  const activity = ACTIVITIES.find((name) => pendingOf(seen, name)?.failure);
  return activity && { activity, words: nextAttempt(seen) };
}

async function find(client: Client, wanted: string | undefined) {
  const workflowId = wanted ?? (await lastStarted(client));
  if (!workflowId) throw userError('There is no greeting yet. Start one: npm run stage greet Ziggy 10');
  const reading = await readProgress(client, workflowId).catch((error) => {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  });
  if (!reading) throw userError(`"${workflowId}" is not a greeting. See the last one: npm run stage show`);
  return { workflowId, events: reading.events, pending: pendingWords({ workflowId, ...reading }) };
}
