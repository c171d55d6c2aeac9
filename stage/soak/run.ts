// The course of a soak on a stage that is up: greetings and faults, then calm, then the counts that prove it.
import { setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { askStage } from '../ask.ts';
import { ACTIVITIES } from '../claims/history.ts';
import { bringCalm, type Course, networkReport, runFault } from './faults.ts';
import { type Ended, HOSTS, judge, sendForm, standingOf, untilEnded } from './greetings.ts';
import { watchPage } from './pages.ts';
import { type Fault, type FilledIn, greetingAt } from './plan.ts';
import { grown, type Sample, sample, tellHeld } from './resources.ts';

const IN_FLIGHT = 20;
/** One, two or three for a greeting. */
const MOST_PAGES = 3;
const PROGRESS_EVERY_MS = 10_000;
const END_WITHIN_MS = 60_000;
const AT_REST_WITHIN_MS = 20_000;

/** What a soak is to do. */
export interface Plan {
  seed: number;
  /** Milliseconds until the faults end and no more greetings come. */
  lasts: number;
  faults: Fault[];
}

/** What came of it. */
export interface Outcome {
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

/** Keeps 20 greetings in flight while the faults come. Rejects when the course is ended early, all faults at rest. */
export async function runSoak(course: Course, client: Client, plan: Plan): Promise<Outcome> {
  const late = new AbortController();
  const greeted: Course = { ...course, signal: AbortSignal.any([course.signal, late.signal]) };
  setMaxListeners(0, course.signal, greeted.signal); // each greeting and fault that waits is one
  const ended: Ended[] = [];
  const judging: Promise<void>[] = [];
  const lookups = new Map<string, number>();
  let next = 0;
  let sent = 0;
  let pages = 0;
  let over = false;
  let faultsDone = 0;

  async function greetAgainAndAgain(): Promise<void> {
    while (!over && !course.signal.aborted) {
      const form = greetingAt(plan.seed, next++);
      const life = createLife(form);
      await life.ended;
      judging.push(life.judged);
    }
  }

  /** Several on some greetings, and none may show anything else than its own. */
  async function openPages(workflowId: string, { name }: FilledIn): Promise<void> {
    const count = 1 + (sent % MOST_PAGES);
    await Promise.all(Array.from({ length: count }, () => watchPage(greeted, workflowId, name)));
    pages += count;
  }

  function createLife(form: FilledIn): { ended: Promise<void>; judged: Promise<void> } {
    let workflowId = `the greeting of ${JSON.stringify(form.name)}`;
    const explain = async (error: unknown) => {
      if (course.signal.aborted) return;
      if (!late.signal.aborted) return course.wrong(`${workflowId}: ${(error as Error).stack}`);
      const standing = workflowId.startsWith('the ')
        ? 'its form had no answer'
        : await standingOf(client, workflowId);
      course.wrong(`${workflowId}: not over within ${END_WITHIN_MS / 1000} s of calm (${standing})`);
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
    for (const { traceId, host, count } of await networkReport(course)) {
      const key = `${traceId} ${host}`;
      lookups.set(key, Math.max(count, lookups.get(key) ?? 0));
    }
  }

  async function tick(): Promise<void> {
    const inFlight = sent - ended.length;
    course.say(
      `greetings: ${sent} started, ${ended.length} ended, ${inFlight} in flight; faults: ${faultsDone}`,
    );
    await fetchLookups();
    if (!warm && course.now() > plan.lasts / 4) warm = await sampleStage();
  }

  const fresh = await sampleStage();
  let warm: Sample | undefined;
  const greeting = Array.from({ length: IN_FLIGHT }, greetAgainAndAgain);
  const faultsOver = Promise.allSettled(
    plan.faults.map(async (fault) => {
      await runFault(course, fault);
      faultsDone += 1;
    }),
  );
  const ticking = setInterval(tick, PROGRESS_EVERY_MS);
  try {
    await delay(plan.lasts, undefined, course);
    over = true;
    await faultsOver;
    await bringCalm(course);
    course.say('calm: all is up, the network restored, the bug out');
    const calmAt = Date.now();
    setTimeout(() => late.abort(), END_WITHIN_MS).unref();
    await Promise.all(greeting);
    await Promise.all(judging);
    course.signal.throwIfAborted();
    await fetchLookups();
    checkLookups(course, ended, lookups);
    await checkForStrangers(course, client, ended);
    const last = await sampleAtRest(fresh, warm);
    for (const what of grown(fresh, warm ?? last, last)) course.wrong(what);
    return {
      greetings: ended.length,
      lastAfterCalm: Math.max(0, ...ended.map(({ closedAt }) => closedAt - calmAt)),
      lookupsMade: [...lookups.values()].reduce((sum, count) => sum + count, 0),
      lookupsNeeded: ended.length * ACTIVITIES.length,
      pages,
      held: tellHeld(last),
    };
  } finally {
    clearInterval(ticking);
    await faultsOver; // an order under way is waited for, so that what it did can be taken back
  }
}

/** Connections that nobody uses any more are kept for some seconds, in case somebody does. */
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
function checkLookups({ wrong }: Course, ended: Ended[], lookups: Map<string, number>): void {
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
async function checkForStrangers({ wrong }: Course, client: Client, ended: Ended[]): Promise<void> {
  const ours = new Set(ended.map(({ runId }) => runId));
  for await (const { workflowId, runId } of client.workflow.list()) {
    if (!ours.has(runId)) wrong(`${workflowId}: run ${runId} is of no form, or a second one of its form`);
  }
}
