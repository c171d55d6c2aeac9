import { setTimeout as delay } from 'node:timers/promises';
import pTimeout from 'p-timeout';
import { type Bug, changeBug } from '../../stage/bug/bug.ts';
import { askStage } from '../../stage/control/client.ts';
import type { NetworkReport } from '../../stage/network/process.ts';
import type { ProcessName } from '../../stage/processes/names.ts';
import type { Fault, FaultKind } from './plan.ts';

const ANSWER_WITHIN_MS = 60_000;
const CALM_WITHIN_MS = 60_000;
const POLL_INTERVAL_MS = 200;
/** What the stage may answer when faults overlap; the fault in the way is repaired in its own time. */
const EXPECTED = /is not (running|frozen)|was (killed|stopped) while it was starting/;
const SLOW_START = /was not ready within/;
const STARTS = 3;

/** What the parts of a soak share. */
export interface SoakContext {
  /** Ends it early. */
  signal: AbortSignal;
  /** Milliseconds since the first greeting. */
  now(): number;
  print(line: string): void;
  log(line: string): void;
  /** Notes something that must not happen; the soak carries on. */
  wrong(what: string): void;
}

/** Waits for a fault's time, causes it, and repairs it. Rejects if the soak is ended while it waits. */
export async function runFault(soak: SoakContext, { kind, at, until }: Fault): Promise<void> {
  await delay(Math.max(0, at - soak.now()), undefined, soak);
  const refused = await attempt(soak, kind, inflict(soak, kind));
  soak.print(`${kind}, for ${((until - at) / 1000).toFixed(1)} s${refused ? ` (refused: ${refused})` : ''}`);
  await delay(Math.max(0, until - soak.now()), undefined, soak);
  await attempt(soak, `the end of ${kind}`, mend(soak, kind));
  soak.log(`mended: ${kind}`);
}

/** Undoes every fault and waits until everything is up. */
export async function bringCalm(soak: SoakContext): Promise<void> {
  const bound = performance.now() + CALM_WITHIN_MS;
  await attempt(soak, 'restore network', askStage({ do: 'network', order: 'restore' }));
  await attempt(soak, 'fix geolocation', takeBugOut(soak));
  for (;;) {
    soak.signal.throwIfAborted();
    const { processes } = await askStage({ do: 'status' });
    const down = processes.filter(({ state, frozen }) => state !== 'ready' || frozen);
    if (down.length === 0) return;
    if (performance.now() > bound) {
      return soak.wrong(
        `not up within 60 s: ${down.map(({ name, state }) => `${name} (${state})`).join(', ')}`,
      );
    }
    for (const { name, frozen } of down)
      await attempt(soak, `bring up ${name}`, frozen ? askStage({ do: 'thaw', process: name }) : start(name));
    await delay(POLL_INTERVAL_MS, undefined, soak);
  }
}

/** How many lookups the network let through, by greeting and host. */
export async function networkReport(soak: SoakContext): Promise<NetworkReport['lookups']> {
  let lookups: NetworkReport['lookups'] = [];
  const asked = askStage({ do: 'network', order: 'report' }).then((report) => {
    lookups = report.lookups;
  });
  await attempt(soak, 'ask the network', asked);
  return lookups;
}

/** `fix geolocation`; says nothing if there is nothing to fix. */
export function takeBugOut(soak: Pick<SoakContext, 'log'>): Promise<void> {
  return change('out', soak);
}

function inflict(soak: SoakContext, kind: FaultKind): Promise<unknown> {
  if (kind === 'break geolocation') return change('in', soak);
  if (kind === 'cut network') return askStage({ do: 'network', order: 'cut' });
  if (kind === 'cut network silently') return askStage({ do: 'network', order: 'cut silently' });
  const [verb, name] = kind.split(' ') as ['kill' | 'freeze', ProcessName];
  return askStage({ do: verb, process: name });
}

function mend(soak: SoakContext, kind: FaultKind): Promise<unknown> {
  if (kind === 'break geolocation') return takeBugOut(soak);
  if (kind.startsWith('cut')) return askStage({ do: 'network', order: 'restore' });
  const [verb, name] = kind.split(' ') as ['kill' | 'freeze', ProcessName];
  return verb === 'kill' ? start(name) : askStage({ do: 'thaw', process: name });
}

/** The Worker waits for the Temporal Service, and the stage waits 15 s for the Worker; after that, start it again. */
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
async function change(bug: Bug, { log }: Pick<SoakContext, 'log'>): Promise<void> {
  try {
    await changeBug(bug, log);
  } catch (error) {
    if (!SLOW_START.test(String(error))) throw error;
    await start('worker');
  }
}

/** What the stage said instead of obeying, when faults overlap; anything unexpected is wrong. */
async function attempt(
  soak: SoakContext,
  what: string,
  order: Promise<unknown>,
): Promise<string | undefined> {
  try {
    await pTimeout(order, {
      milliseconds: ANSWER_WITHIN_MS,
      message: 'no answer from the stage within 60 s',
    });
    return undefined;
  } catch (error) {
    const { message } = error as Error;
    soak.log(`${what}: ${message}`);
    if (!EXPECTED.test(message) && !soak.signal.aborted) soak.wrong(`${what}: ${message}`);
    return message.split('\n')[0];
  }
}
