// Greetings on the cluster for a drill or a soak: started for sure, watched seldom, and counted.
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { startGreeting } from '../../hello-ip/client.ts';
import { codeOf, troubleOf } from '../../hello-ip/support/service-error.ts';
import { userError } from '../../hello-ip/support/user-error.ts';
import { toDate } from '../../hello-ip/web/progress.ts';
import { askCluster } from './control.ts';

const STARTED_WITHIN_MS = 30_000;
const ASK_AGAIN_MS = 100;
const SLEEP_WITHIN_MS = 60_000;
/** Seldom: whoever looks takes time from the hosts. */
const LOOK_EVERY_MS = 500;

/** Starts it once, however often it has to be asked. @throws a user error when nobody takes it */
export async function startSurely(client: Client, id: string, seconds: number): Promise<void> {
  const until = Date.now() + STARTED_WITHIN_MS;
  for (;;) {
    try {
      await startGreeting(client, id, { name: 'Ziggy', seconds });
      return;
    } catch (error) {
      if (codeOf(error) === undefined) throw error;
      if (Date.now() > until)
        throw userError(
          `The cluster takes no greeting (${troubleOf(error) ?? 'no answer'}). See what is wrong: npm run cluster verify`,
        );
      await delay(ASK_AGAIN_MS);
    }
  }
}

/** When the Timer of each is due, once all have one; milliseconds since 1970. @throws a user error when they do not */
export async function untilAllSleep(
  client: Client,
  ids: string[],
  secondsOf: (index: number) => number,
): Promise<Map<string, number>> {
  const due = new Map<string, number>();
  const until = Date.now() + SLEEP_WITHIN_MS;
  while (due.size < ids.length) {
    if (Date.now() > until)
      throw userError(
        `Only ${due.size} of ${ids.length} greetings sleep after ${SLEEP_WITHIN_MS / 1000} s. See what is wrong: npm run cluster verify`,
      );
    await Promise.all(
      ids.map(async (id, index) => {
        if (due.has(id)) return;
        const history = await client.workflow
          .getHandle(id)
          .fetchHistory()
          .catch(() => undefined);
        const started = history?.events?.find(
          ({ timerStartedEventAttributes }) => timerStartedEventAttributes,
        );
        const at = toDate(started?.eventTime)?.getTime();
        if (at !== undefined) due.set(id, at + secondsOf(index) * 1000);
      }),
    );
    await delay(LOOK_EVERY_MS);
  }
  return due;
}

/** The end of a greeting; milliseconds since 1970. */
export interface End {
  runId: string;
  at: number;
}

/** How it completed; undefined if it did not in time. A host that is gone fails calls, so it is asked again. */
export async function endOf(client: Client, id: string, until: number): Promise<End | undefined> {
  const handle = client.workflow.getHandle(id);
  while (Date.now() < until) {
    const description = await client
      .withDeadline(Date.now() + 2000, () => handle.describe())
      .catch(() => undefined);
    const { runId, status, closeTime } = description ?? {};
    if (runId && closeTime && status?.name === 'COMPLETED') return { runId, at: closeTime.getTime() };
    if (status && status.name !== 'RUNNING') return undefined;
    await delay(250);
  }
  return undefined;
}

/** Those of a run that have completed, by their ids. All are listed at once: to describe each would be work for the hosts. */
export async function endsOf(
  client: Client,
  prefix: string,
  count: number,
  until: number,
): Promise<Map<string, End>> {
  const ends = new Map<string, End>();
  const query = `WorkflowId STARTS_WITH "${prefix}" AND ExecutionStatus = "Completed"`;
  while (ends.size < count && Date.now() < until) {
    await delay(LOOK_EVERY_MS);
    try {
      for await (const { workflowId, runId, closeTime } of client.workflow.list({ query }))
        if (closeTime) ends.set(workflowId, { runId, at: closeTime.getTime() });
    } catch {
      // Asked again: a host or the database is gone.
    }
  }
  return ends;
}

/** How many of these greetings have not exactly one lookup at each of the two services, by what the network counted. */
export async function countedWrongly(folder: string, ends: (End | undefined)[]): Promise<number> {
  const { lookups } = await askCluster(folder, { do: 'lookups' });
  const isRight = (end?: End) => {
    const own = lookups.filter(({ traceId }) => traceId === end?.runId.replaceAll('-', ''));
    return own.length === 2 && own.every(({ count }) => count === 1);
  };
  return ends.filter((end) => !isRight(end)).length;
}
