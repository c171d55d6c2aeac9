// What the slides show live: how the newest greeting stands, and what the two counters have counted.
import type { Client } from '@temporalio/client';
import type { RequestHandler } from 'express';
import { durableNumbers, volatileNumbers } from './counters.ts';
import { lastStarted } from './last-started.ts';
import { type Page, pageOf } from './page.ts';
import type { Reader } from './reader.ts';

/** One answer to a deck serves every deck that asks within this time. */
const FRESH_MS = 200;
const LOOK_LASTS_AT_MOST_MS = 1000;

/** The answer of GET /live.json. */
export interface Live {
  /** Nothing where nobody was ever greeted. */
  greeting: (Page & { workflowId: string; url: string }) | null;
  counters: { volatile: number[][]; durable: number[] };
}

/** Looks for the slides, for an app at this address; while the Temporal Service is away, what was known last stays. */
export function createLive(
  client: Client,
  reader: Reader,
  volatileFile: string | undefined,
): (app: string) => Promise<Live> {
  let workflowId: string | undefined;
  let durable: number[] = [];
  let last: { at: number; live: Promise<Live> } | undefined;

  async function look(app: string): Promise<Live> {
    const deadline = Date.now() + LOOK_LASTS_AT_MOST_MS;
    const [newest, numbers] = await Promise.all([
      client.withDeadline(deadline, () => lastStarted(client)).catch(() => workflowId),
      durableNumbers(client).catch(() => undefined),
    ]);
    workflowId = newest;
    durable = numbers?.map(({ number }) => number) ?? durable;
    const page = workflowId ? pageOf(await reader.look(workflowId)) : undefined;
    return {
      greeting: workflowId && page ? { workflowId, url: `${app}/greetings/${workflowId}`, ...page } : null,
      counters: { volatile: volatileNumbers(volatileFile), durable },
    };
  }

  return (app) => {
    if (!last || performance.now() - last.at > FRESH_MS) last = { at: performance.now(), live: look(app) };
    return last.live;
  };
}

/** The slides may read this from their own addresses on this machine; the page of nobody else may. */
export function allowOnly(origins: string[]): RequestHandler {
  return (request, response, next) => {
    response.vary('Origin');
    const { origin } = request.headers;
    if (origin && origins.includes(origin)) response.set('Access-Control-Allow-Origin', origin);
    next();
  };
}
