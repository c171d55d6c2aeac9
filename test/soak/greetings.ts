// Sends forms to the app until they are answered, follows what they start, and judges how it ended.
import { setTimeout as delay } from 'node:timers/promises';
import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { workflowIdFor } from '../../hello-ip/web/form.ts';
import { readProgress } from '../../hello-ip/web/progress.ts';
import { ACTIVITIES, type Activity } from '../../hello-ip/web/timeline/facts.ts';
import { fold } from '../../stage/claims/fold.ts';
import { activityOf, standing } from '../../stage/claims/history.ts';
import { plainText } from '../../stage/claims/page-text.ts';
import { readPorts } from '../../stage/settings.ts';
import type { SoakContext } from './faults.ts';
import type { FilledIn } from './plan.ts';

const POLL_INTERVAL_MS = 1000;
const LOOK_LASTS_AT_MOST_MS = 1000;
const ASK_AGAIN_MS = 300;
/** A frozen app answers nobody; the same form is then sent again alongside the one that hangs. */
const APP_ANSWERS_WITHIN_MS = 3000;

/** A greeting that has ended, and at which attempt each of its Activities completed. */
export interface Ended {
  workflowId: string;
  runId: string;
  /** By the Temporal Service's clock, in milliseconds since 1970. */
  closedAt: number;
  attempts: Record<Activity, number>;
}

/** Sends the same form again and again until the app answers with its page. Returns the Workflow Id. */
export async function sendForm(soak: SoakContext, form: FilledIn): Promise<string> {
  const { name, seconds, token } = form;
  const body = new URLSearchParams({ name, seconds: String(seconds), token });
  const expected = workflowIdFor({ name: name.trim(), seconds }, token);
  for (;;) {
    const answer = await askApp('/greetings', { method: 'POST', redirect: 'manual', body });
    if (answer?.status === 303) {
      const page = answer.headers.get('location');
      if (page !== `/greetings/${expected}`) soak.wrong(`${expected}: the app led to ${page} instead`);
      return expected;
    }
    if (answer && answer.status !== 503)
      soak.wrong(`${expected}: the app answered ${answer.status} to its form`);
    await delay(ASK_AGAIN_MS, undefined, soak);
  }
}

/** Resolves when the Temporal Service says that the greeting has ended, with when that was. */
export async function untilEnded(soak: SoakContext, client: Client, workflowId: string): Promise<number> {
  const handle = client.workflow.getHandle(workflowId);
  for (;;) {
    await delay(POLL_INTERVAL_MS, undefined, soak);
    const description = await look(soak, client, workflowId, () => handle.describe());
    if (description && description.status.name !== 'RUNNING')
      return description.closeTime?.getTime() ?? Date.now();
  }
}

/** Reads its Event History and its page, as soon as both can be read. */
export async function judge(
  soak: SoakContext,
  client: Client,
  workflowId: string,
  form: FilledIn,
  closedAt: number,
): Promise<Ended> {
  const name = form.name.trim();
  const wrong = (what: string) => soak.wrong(`${workflowId}: ${what}`);
  const reading = await again(soak, () =>
    look(soak, client, workflowId, () => readProgress(client, workflowId)),
  );
  const { runId, progress } = reading;
  const seen = { ...reading, workflowId };
  if (progress.status !== 'COMPLETED') wrong(standing(seen));
  if (progress.greeting.name !== name) wrong(`was started for ${JSON.stringify(progress.greeting.name)}`);
  const attempts = { getIP: 0, getLocationInfo: 0 };
  for (const activity of ACTIVITIES) {
    const { scheduled, started, completed } = activityOf(seen, activity);
    if (scheduled.length !== 1 || completed.length !== 1)
      wrong(`${activity} was scheduled ${scheduled.length} times and completed ${completed.length} times`);
    attempts[activity] = started[0]?.activityTaskStartedEventAttributes?.attempt ?? 0;
  }
  const headline = await again(soak, () => headlineOf(soak, workflowId));
  if (headline !== fold(`Hello, ${name}!`)) wrong(`its page says ${JSON.stringify(headline)}`);
  return { workflowId, runId, attempts, closedAt };
}

/** The state of a greeting that has not ended in time. */
export async function standingOf(client: Client, workflowId: string): Promise<string> {
  const reading = await client
    .withDeadline(Date.now() + LOOK_LASTS_AT_MOST_MS, () => readProgress(client, workflowId))
    .catch((error) => String(error));
  return typeof reading === 'object' ? standing({ ...reading, workflowId }) : String(reading);
}

/** The headline of a page that shows an ending; nothing while the app or the Temporal Service is away. */
async function headlineOf(soak: SoakContext, workflowId: string): Promise<string | undefined> {
  const answer = await askApp(`/greetings/${workflowId}`);
  if (!answer) return undefined;
  if (answer.status !== 200) soak.wrong(`${workflowId}: its page came with status ${answer.status}`);
  const headline = /<h1[\s\S]*?<\/h1>/.exec(answer.text)?.[0] ?? '';
  return answer.text.includes('hx-sse:connect') ? undefined : plainText(headline);
}

async function askApp(path: string, init?: RequestInit) {
  try {
    const signal = AbortSignal.timeout(APP_ANSWERS_WITHIN_MS);
    const answer = await fetch(`http://127.0.0.1:${readPorts().app}${path}`, { ...init, signal });
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  } catch {
    return undefined;
  }
}

/** One look; nothing if the Temporal Service does not answer. */
async function look<T>(
  soak: SoakContext,
  client: Client,
  workflowId: string,
  work: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await client.withDeadline(Date.now() + LOOK_LASTS_AT_MOST_MS, work);
  } catch (error) {
    if (error instanceof WorkflowNotFoundError)
      soak.wrong(`${workflowId}: the app has answered, and the Temporal Service knows no such greeting`);
    return undefined;
  }
}

async function again<T>(soak: SoakContext, work: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const result = await work();
    if (result !== undefined) return result;
    await delay(ASK_AGAIN_MS, undefined, soak);
  }
}
