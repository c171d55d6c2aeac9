// Greetings for the benchmark: started as the form does, followed in the Event History and on the page.
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { newForm, workflowIdFor } from '../../hello-ip/web/form.ts';
import { readProgress, toDate } from '../../hello-ip/web/progress.ts';
import { followPage } from '../soak/page-stream.ts';
import { createClient } from '../support/kit.ts';

const POLL_INTERVAL_MS = 25;
const LATE_MS = 240_000;

/** An open page, and what it showed when. */
export interface OpenPage {
  /** Milliseconds since 1970 of the first change that says so; waits for it. */
  showed(text: string): Promise<number>;
  close(): void;
}

/** A greeting that has been started. */
export interface Greeting {
  workflowId: string;
  page: string;
  /** Resolves when its Event History has such an event, with when that was written. */
  event(name: EventName): Promise<number>;
  /** How many such events it has now. */
  count(name: EventName): Promise<number>;
}

export type EventName =
  | 'workflowTaskCompleted'
  | 'workflowTaskTimedOut'
  | 'timerStarted'
  | 'timerFired'
  | 'workflowExecutionCompleted';

/** Where a stage is. */
export interface Place {
  /** Of the app. */
  url: string;
  ports: { server: number };
}

/** Opens a client for as long as `work` takes. */
export async function withClient<T>({ ports }: Place, work: (client: Client) => Promise<T>): Promise<T> {
  const client = createClient(ports.server);
  return work(client).finally(() => client.connection.close());
}

/** Posts the form, as a browser does. */
export async function greet({ url }: Place, client: Client, seconds: number): Promise<Greeting> {
  const form = newForm();
  const workflowId = workflowIdFor({ name: 'Ziggy', seconds }, form.token);
  const body = new URLSearchParams({ name: 'Ziggy', seconds: String(seconds), token: form.token });
  const { status } = await fetch(`${url}/greetings`, { method: 'POST', redirect: 'manual', body });
  if (status !== 303) throw new Error(`The app answered ${status} to its form.`);
  return follow(client, workflowId, `${url}/greetings/${workflowId}`);
}

/** Any execution by its id; one that is no greeting has no page. */
export function follow(client: Client, workflowId: string, page = ''): Greeting {
  const handle = client.workflow.getHandle(workflowId);
  const eventsOf = async (name: EventName) => {
    const { events } = await client.withDeadline(Date.now() + 1000, () => handle.fetchHistory());
    return (events ?? []).filter((event) => event[`${name}EventAttributes`]);
  };
  return {
    workflowId,
    page,
    count: async (name) => (await eventsOf(name)).length,
    event: (name) =>
      until(async () => {
        const [first] = await eventsOf(name).catch(() => []); // the Temporal Service may be the one that is away
        return toDate(first?.eventTime)?.getTime();
      }, `${workflowId}: ${name}`),
  };
}

/** Resolves when the Activity that is being retried has failed at least once. */
export async function untilRetrying(client: Client, { workflowId }: Greeting): Promise<void> {
  await until(async () => {
    const reading = await readProgress(client, workflowId);
    return reading?.progress.pending?.failure;
  }, `${workflowId}: a failure`);
}

/** What the look returns, as soon as it returns something. */
export async function until<T>(look: () => Promise<T | undefined>, what: string): Promise<T> {
  const bound = Date.now() + LATE_MS;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > bound) throw new Error(`Not seen within ${LATE_MS / 1000} s: ${what}`);
    await delay(POLL_INTERVAL_MS);
  }
}

/** Opens the page's stream. */
export function openPage(url: string): OpenPage {
  const over = new AbortController();
  const changes: { at: number; html: string }[] = [];
  followPage(url, (html) => changes.push({ at: Date.now(), html }), over.signal).catch(() => {});
  return {
    showed: (words) =>
      until(async () => changes.find(({ html }) => html.includes(words))?.at, `${url}: ${words}`),
    close: () => over.abort(),
  };
}
