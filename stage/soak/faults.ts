import { setTimeout as delay } from 'node:timers/promises';
import { askStage } from '../ask.ts';
import { type Bug, changeBug } from '../bug.ts';
import type { NetworkReport } from '../network.ts';
import type { ProcessName } from '../words.ts';
import type { Fault, FaultKind } from './plan.ts';

const ANSWER_WITHIN_MS = 60_000;
const CALM_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 200;
/** What the stage may answer when faults meet; the one that was in the way is mended by its own mend. */
const EXPECTED = /is not running|was (killed|stopped) while it was starting/;
const SLOW_START = /was not ready within/;
const STARTS = 3;

/** What a soak's parts share. */
export interface Course {
  /** Ends it early. */
  signal: AbortSignal;
  /** Milliseconds since the first greeting. */
  now(): number;
  say(line: string): void;
  log(line: string): void;
  /** Notes something that must not be; the soak goes on. */
  wrong(what: string): void;
}

/** Waits for a fault's time, does it, and mends it. Rejects when the course is ended while it waits. */
export async function runFault(course: Course, { kind, at, until }: Fault): Promise<void> {
  await delay(Math.max(0, at - course.now()), undefined, course);
  const refused = await attempt(course, kind, inflict(course, kind));
  course.say(`${kind}, for ${((until - at) / 1000).toFixed(1)} s${refused ? ` (refused: ${refused})` : ''}`);
  await delay(Math.max(0, until - course.now()), undefined, course);
  await attempt(course, `the end of ${kind}`, mend(course, kind));
  course.log(`mended: ${kind}`);
}

/** Takes every fault back and waits until all is up. */
export async function bringCalm(course: Course): Promise<void> {
  const bound = performance.now() + CALM_WITHIN_MS;
  await attempt(course, 'restore network', askStage({ do: 'network', order: 'restore' }));
  await attempt(course, 'fix geolocation', takeBugOut(course));
  for (;;) {
    course.signal.throwIfAborted();
    const { processes } = await askStage({ do: 'status' });
    const down = processes.filter(({ state, frozen }) => state !== 'ready' || frozen);
    if (down.length === 0) return;
    if (performance.now() > bound) {
      return course.wrong(
        `not up within 60 s: ${down.map(({ name, state }) => `${name} (${state})`).join(', ')}`,
      );
    }
    for (const { name, frozen } of down)
      await attempt(
        course,
        `bring up ${name}`,
        frozen ? askStage({ do: 'thaw', process: name }) : start(name),
      );
    await delay(LOOK_EVERY_MS, undefined, course);
  }
}

/** How often the network let through lookups, by greeting and host. */
export async function networkReport(course: Course): Promise<NetworkReport['lookups']> {
  let lookups: NetworkReport['lookups'] = [];
  const asked = askStage({ do: 'network', order: 'report' }).then((report) => {
    lookups = report.lookups;
  });
  await attempt(course, 'ask the network', asked);
  return lookups;
}

/** `fix geolocation`; says nothing where there is nothing to fix. */
export function takeBugOut(course: Pick<Course, 'log'>): Promise<void> {
  return change('out', course);
}

function inflict(course: Course, kind: FaultKind): Promise<unknown> {
  if (kind === 'break geolocation') return change('in', course);
  if (kind === 'cut network') return askStage({ do: 'network', order: 'cut' });
  if (kind === 'cut network silently') return askStage({ do: 'network', order: 'cut silently' });
  const [verb, name] = kind.split(' ') as ['kill' | 'freeze', ProcessName];
  return askStage({ do: verb, process: name });
}

function mend(course: Course, kind: FaultKind): Promise<unknown> {
  if (kind === 'break geolocation') return takeBugOut(course);
  if (kind.startsWith('cut')) return askStage({ do: 'network', order: 'restore' });
  const [verb, name] = kind.split(' ') as ['kill' | 'freeze', ProcessName];
  return verb === 'kill' ? start(name) : askStage({ do: 'thaw', process: name });
}

/** The Worker waits for the Temporal Service, and the stage 15 s for the Worker; then it must be started again. */
async function start(name: ProcessName): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await askStage({ do: 'start', process: name });
      return;
    } catch (error) {
      if (tries === STARTS || !SLOW_START.test(String(error))) throw error;
    }
  }
}

/** Break or fix, which restarts the Worker. */
async function change(bug: Bug, { log }: Pick<Course, 'log'>): Promise<void> {
  try {
    await changeBug(bug, ['geolocation'], log);
  } catch (error) {
    if (!SLOW_START.test(String(error))) throw error;
    await start('worker');
  }
}

/** What the stage said instead of obeying, where faults meet; everything unexpected is wrong. */
async function attempt(course: Course, what: string, order: Promise<unknown>): Promise<string | undefined> {
  const over = new AbortController();
  const late = delay(ANSWER_WITHIN_MS, undefined, { signal: over.signal }).then(() => {
    throw new Error('no answer from the stage within 60 s');
  });
  try {
    await Promise.race([order, late]);
    return undefined;
  } catch (error) {
    const { message } = error as Error;
    course.log(`${what}: ${message}`);
    if (!EXPECTED.test(message) && !course.signal.aborted) course.wrong(`${what}: ${message}`);
    return message.split('\n')[0];
  } finally {
    over.abort();
    late.catch(() => {});
  }
}
