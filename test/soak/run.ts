// The course of a soak on a stage that is up: greetings and faults, then calm, then the counts that prove it.
import { setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { ACTIVITIES } from '../../hello-ip/web/timeline/facts.ts';
import { askStage } from '../../stage/control/client.ts';
import { HOSTS } from '../../stage/network/lookup-hosts.ts';
import { bringCalm, networkReport, runFault, type SoakContext } from './faults.ts';
import { type Ended, judge, sendForm, standingOf, untilEnded } from './greetings.ts';
import { watchPage } from './pages.ts';
import { type Fault, type FilledIn, greetingAt } from './plan.ts';
import { describeHeld, grown, type Sample, sample } from './resources.ts';

const IN_FLIGHT = 20;
/** One, two or three for a greeting. */
const MAX_PAGES = 3;
const PROGRESS_EVERY_MS = 10_000;
const END_WITHIN_MS = 60_000;
const AT_REST_WITHIN_MS = 20_000;

/** What a soak is to do. */
export interface SoakPlan {
  seed: number;
  /** Milliseconds until the faults end and no more greetings come. */
  lasts: number;
  faults: Fault[];
}

/** The outcome. */
export interface SoakOutcome {
  greetings: number;
  /** Milliseconds from calm to the end of the last greeting. */
  lastAfterCalm: number;
  lookupsMade: number;
  lookupsNeeded: number;
  /** How many were open until their greeting's end. */
  pages: number;
  /** What the processes held at the end. */
  held: string;
}

/** Keeps 20 greetings in flight while the faults come. Rejects if it is ended early, once no fault is under way. */
export async function runSoak(soak: SoakContext, client: Client, plan: SoakPlan): Promise<SoakOutcome> {
  const late = new AbortController();
  const greeted: SoakContext = { ...soak, signal: AbortSignal.any([soak.signal, late.signal]) };
  setMaxListeners(0, soak.signal, greeted.signal); // each waiting greeting and fault adds one
  const ended: Ended[] = [];
  const judging: Promise<void>[] = [];
  const lookups = new Map<string, number>();
  let next = 0;
  let sent = 0;
  let pages = 0;
  let over = false;
  let faultsDone = 0;

  async function greetAgainAndAgain(): Promise<void> {
    while (!over && !soak.signal.aborted) {
      const form = greetingAt(plan.seed, next++);
      const life = createLife(form);
      await life.ended;
      judging.push(life.judged);
    }
  }

  /** Several on some greetings, and none may show anything but its own. */
  async function openPages(workflowId: string, form: FilledIn): Promise<void> {
    const count = 1 + (sent % MAX_PAGES);
    await Promise.all(Array.from({ length: count }, () => watchPage(greeted, workflowId, form)));
    pages += count;
  }

  function createLife(form: FilledIn): { ended: Promise<void>; judged: Promise<void> } {
    let workflowId = `the greeting of ${JSON.stringify(form.name)}`;
    const explain = async (error: unknown) => {
      if (soak.signal.aborted) return;
      if (!late.signal.aborted) return soak.wrong(`${workflowId}: ${(error as Error).stack}`);
      const standing = workflowId.startsWith('the ')
        ? 'its form had no answer'
        : await standingOf(client, workflowId);
      soak.wrong(`${workflowId}: not over within ${END_WITHIN_MS / 1000} s of calm (${standing})`);
    };
    let shown: Promise<void> = Promise.resolve();
    const end = async () => {
      workflowId = await sendForm(greeted, form);
      sent += 1;
      shown = openPages(workflowId, form);
      shown.catch(() => {}); // awaited when the greeting is judged
      return untilEnded(greeted, client, workflowId);
    };
    const closed = end();
    const judged = closed.then(async (closedAt) => {
      ended.push(await judge(greeted, client, workflowId, form, closedAt));
      await shown;
    });
    return {
      ended: closed.then(
        () => {},
        () => {},
      ),
      judged: judged.catch(explain),
    };
  }

  /** The network forgets the oldest of 10,000 counts, so they are fetched now and then. */
  async function fetchLookups(): Promise<void> {
    for (const { traceId, host, count } of await networkReport(soak)) {
      const key = `${traceId} ${host}`;
      lookups.set(key, Math.max(count, lookups.get(key) ?? 0));
    }
  }

  async function tick(): Promise<void> {
    const inFlight = sent - ended.length;
    soak.print(
      `greetings: ${sent} started, ${ended.length} ended, ${inFlight} in flight; faults: ${faultsDone}`,
    );
    await fetchLookups();
    if (!warm && soak.now() > plan.lasts / 4) warm = await sampleStage();
  }

  const fresh = await sampleStage();
  let warm: Sample | undefined;
  const greeting = Array.from({ length: IN_FLIGHT }, greetAgainAndAgain);
  const faultsOver = Promise.allSettled(
    plan.faults.map(async (fault) => {
      await runFault(soak, fault);
      faultsDone += 1;
    }),
  );
  const ticking = setInterval(tick, PROGRESS_EVERY_MS);
  try {
    await delay(plan.lasts, undefined, soak);
    over = true;
    await faultsOver;
    await bringCalm(soak);
    soak.print('calm: everything is up, the network restored, the bug out');
    const calmAt = Date.now();
    setTimeout(() => late.abort(), END_WITHIN_MS).unref();
    await Promise.all(greeting);
    await Promise.all(judging);
    soak.signal.throwIfAborted();
    await fetchLookups();
    checkLookups(soak, ended, lookups);
    await checkForStrangers(soak, client, ended);
    const last = await sampleAtRest(fresh, warm);
    for (const what of grown(fresh, warm ?? last, last)) soak.wrong(what);
    return {
      greetings: ended.length,
      lastAfterCalm: Math.max(0, ...ended.map(({ closedAt }) => closedAt - calmAt)),
      lookupsMade: [...lookups.values()].reduce((sum, count) => sum + count, 0),
      lookupsNeeded: ended.length * ACTIVITIES.length,
      pages,
      held: describeHeld(last),
    };
  } finally {
    clearInterval(ticking);
    await faultsOver; // wait for an order under way, so that what it did can be undone
  }
}

/** Idle connections are kept for a few seconds, in case they are used again. */
async function sampleAtRest(fresh: Sample, warm: Sample | undefined): Promise<Sample> {
  const bound = performance.now() + AT_REST_WITHIN_MS;
  for (;;) {
    const last = await sampleStage();
    if (grown(fresh, warm ?? last, last).length === 0 || performance.now() > bound) return last;
    await delay(AT_REST_WITHIN_MS / 20);
  }
}

async function sampleStage(): Promise<Sample> {
  return sample((await askStage({ do: 'status' })).processes);
}

/** A completed Activity that was executed again would have asked more often than it had attempts. */
function checkLookups({ wrong }: SoakContext, ended: Ended[], lookups: Map<string, number>): void {
  for (const { workflowId, runId, attempts } of ended) {
    for (const activity of ACTIVITIES) {
      const host = HOSTS[activity];
      const asked = lookups.get(`${runId.replaceAll('-', '')} ${host}`) ?? 0;
      if (asked >= 1 && asked <= attempts[activity]) continue;
      wrong(
        `${workflowId}: ${host} was asked ${asked} times; ${activity} completed at attempt ${attempts[activity]}`,
      );
    }
  }
}

/** A form that was sent twice and started two would show here. */
async function checkForStrangers({ wrong }: SoakContext, client: Client, ended: Ended[]): Promise<void> {
  const ours = new Set(ended.map(({ runId }) => runId));
  for await (const { workflowId, runId } of client.workflow.list()) {
    if (!ours.has(runId))
      wrong(`${workflowId}: run ${runId} is from no form, or a second one from the same form`);
  }
}
