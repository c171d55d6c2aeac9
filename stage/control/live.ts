// What the slides show live: the newest greeting as it is now, and what the two counters have counted.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Client } from '@temporalio/client';
import { troubleLog } from '../../hello-ip/support/service-error.ts';
import { lastStarted } from '../../hello-ip/web/last-started.ts';
import { type Page, pageOf } from '../../hello-ip/web/page.ts';
import { WORKFLOW_TYPE } from '../../hello-ip/web/progress.ts';
import { createReader } from '../../hello-ip/web/reader.ts';
import type { Door } from '../../hello-ip/web/room/addresses.ts';
import { type Fault, faultReader } from '../../hello-ip/web/timeline/faults.ts';
import { timelineView, tryingOf } from '../../hello-ip/web/timeline/view.ts';
import { type CounterRow, counterRows } from './counter-rows.ts';
import type { Counters } from './counters.ts';
import { type Counted, durableNumbers } from './durable-count.ts';

/** Every deck that asks within this time gets the same answer. */
const FRESH_MS = 200;
const LOOK_LASTS_AT_MOST_MS = 1000;

/** The answer of GET /live.json. */
export interface Live {
  /** Null until someone has been greeted. */
  greeting: (Page & { workflowId: string; url: string; timeline?: string; survived?: string }) | null;
  counters: CounterRow[];
  /** What was killed, cut or broken since the stage came up, and the greetings that were lost meanwhile. */
  score: { killed: number; lost: number };
  /** Where phones join, while they can: an SVG of the QR code, and the address to type. */
  room?: { qr: string; address: string };
}

/** What it looks at, and who may read it. */
export interface LiveOptions {
  client: Client;
  counters: Pick<Counters, 'report'>;
  /** The stage's log of faults, and since when they count for the score. */
  faultLog: string;
  countedSince(): Date;
  /** Where the app is, for the link to the greeting. */
  app: string;
  /** The room's door, if it is open. */
  door(): Promise<Door | undefined>;
}

/** Answers one request for GET /live.json. */
export type LiveAnswer = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Answers GET /live.json. While the Temporal Service is away, the last known state stays. */
export function createLiveAnswer({
  client,
  counters,
  faultLog,
  countedSince,
  app,
  door,
}: LiveOptions): LiveAnswer {
  const reader = createReader(client);
  const noteTrouble = troubleLog();
  const readFaults = faultReader(faultLog);
  let lost = 0;
  let workflowId: string | undefined;
  let durable: Counted[] = [];
  let last: { at: number; live: Promise<Live> } | undefined;

  async function look(): Promise<Live> {
    const deadline = Date.now() + LOOK_LASTS_AT_MOST_MS;
    const looks = await Promise.allSettled([
      client.withDeadline(deadline, () => lastStarted(client)),
      durableNumbers(client),
      client.withDeadline(deadline, () => client.workflow.count(lostSince(countedSince()))),
    ]);
    noteTrouble(looks.find((look) => look.status === 'rejected')?.reason);
    const [newest, counted, failed] = looks;
    if (newest.status === 'fulfilled') workflowId = newest.value;
    if (counted.status === 'fulfilled') durable = counted.value;
    if (failed.status === 'fulfilled') lost = failed.value.count;
    const greeting = workflowId ? await greetingOf(workflowId) : null;
    const open = await door();
    return {
      greeting,
      room: open && { qr: open.qr, address: open.address },
      counters: counterRows(counters.report(), durable),
      score: { killed: readFaults().filter((fault) => isOurs(fault, countedSince())).length, lost },
    };
  }

  async function greetingOf(workflowId: string): Promise<Live['greeting']> {
    const snapshot = await reader.look(workflowId);
    const now = new Date();
    const page = pageOf(snapshot, now);
    const drawn = timelineView(snapshot, readFaults(), tryingOf(page), now);
    const url = `${app}/greetings/${workflowId}`;
    return { workflowId, url, ...page, timeline: drawn?.drawing, survived: drawn?.survived };
  }

  return async (_request, response) => {
    if (!last || performance.now() - last.at > FRESH_MS) last = { at: performance.now(), live: look() };
    const live = await last.live;
    response.setHeader('content-type', 'application/json').end(JSON.stringify(live));
  };
}

/** Stopped politely, or dead of itself, is not killed. */
function isOurs({ at, what }: Fault, since: Date): boolean {
  return at >= since.getTime() && ['kill -9', 'cut', 'bug'].includes(what);
}

/** A greeting that was cancelled or terminated was not lost: somebody wanted that. */
function lostSince(since: Date): string {
  const ended = 'ExecutionStatus = "Failed" OR ExecutionStatus = "TimedOut"';
  return `WorkflowType = "${WORKFLOW_TYPE}" AND StartTime >= "${since.toISOString()}" AND (${ended})`;
}
