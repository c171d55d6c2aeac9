// The drills of the talk with real processes, for their tests: what is killed or cut while a greeting sleeps.
import type { WorkflowHandle } from '@temporalio/client';
import { expect } from 'vitest';
import { newForm, workflowIdFor } from '../../hello-ip/web/form.ts';
import { type Progress, readProgress, toDate } from '../../hello-ip/web/progress.ts';
import type { NetworkOrder, NetworkReport } from '../../stage/network/process.ts';
import { until } from './harness.ts';
import { createClient, type Kit } from './kit.ts';

interface Drill {
  progress(): Promise<Progress>;
  history(): Promise<EventTimes>;
  page(): Promise<string>;
  network(order: NetworkOrder['do']): Promise<NetworkReport>;
  /** How often each lookup service was asked for this greeting. */
  lookups(): Promise<Record<string, number>>;
}

/** Milliseconds since the epoch, by the Temporal Service's clock. */
type EventTimes = { timerFired: number; closed: number };

/** Greets with a kit, and runs the drill while the Timer runs. */
async function duringTimer(kit: Kit, seconds: number, drill: (drill: Drill) => Promise<void>): Promise<void> {
  const client = createClient(kit.ports.server);
  const greeting = { name: 'Ziggy', seconds };
  const form = newForm();
  const workflowId = workflowIdFor(greeting, form.token);
  const url = `${kit.url}/greetings/${workflowId}`;
  const progress = async () => (await readProgress(client, workflowId))?.progress as Progress;
  const network = async (order: NetworkOrder['do']) =>
    (await kit.ask('network', { do: order })) as NetworkReport;
  try {
    const body = new URLSearchParams({ name: greeting.name, seconds: String(seconds), token: form.token });
    expect((await fetch(`${kit.url}/greetings`, { method: 'POST', redirect: 'manual', body })).status).toBe(
      303,
    );
    await until(async () => (await progress()).timer?.begun === true);
    await drill({
      progress,
      network,
      page: async () => (await fetch(url)).text(),
      history: async () => timesOf(await client.workflow.getHandle(workflowId).fetchHistory()),
      lookups: async () => {
        const traceId = (await progress()).runId.replaceAll('-', '');
        const mine = (await network('report')).lookups.filter((lookup) => lookup.traceId === traceId);
        return Object.fromEntries(mine.map(({ host, count }) => [host, count]));
      },
    });
  } finally {
    await client.connection.close();
  }
}

type History = Awaited<ReturnType<WorkflowHandle['fetchHistory']>>;

function timesOf({ events }: History): EventTimes {
  const fired = events?.find((event) => event.timerFiredEventAttributes);
  return {
    timerFired: toDate(fired?.eventTime)?.getTime() ?? Number.NaN,
    closed: toDate(events?.at(-1)?.eventTime)?.getTime() ?? Number.NaN,
  };
}

function completed({ progress }: Drill): Promise<void> {
  return until(async () => (await progress()).status === 'COMPLETED', 30_000);
}

/** When a killed Worker is started again. */
export type Moment = 'at once' | 'before it fires' | 'after it has fired';

/** What a Worker that was killed may take for a greeting: 2 s, and on a machine where a start takes longer than 1 s, twice that. */
export async function workerBound(kit: Kit): Promise<number> {
  await kit.kill('worker');
  return Math.max(2000, 2 * (await kit.start('worker')).ms);
}

/** Kills the Worker in the Timer and starts it again; the greeting comes within the bound, and nothing is asked twice. */
export function killWorkerInTimer(kit: Kit, when: Moment, boundMs: number): Promise<void> {
  return duringTimer(kit, 4, async (drill) => {
    const { progress } = drill;
    await kit.kill('worker');
    if (when === 'before it fires') await until(async () => secondsLeft(await progress()) < 2);
    if (when === 'after it has fired') await until(async () => (await progress()).timer?.completed === true);
    const spawnedAt = Date.now();
    await kit.start('worker');
    await completed(drill);
    const { timerFired, closed } = await drill.history();
    expect(closed - Math.max(timerFired, spawnedAt)).toBeLessThan(boundMs);
    expect(await drill.lookups()).toEqual({ 'icanhazip.com': 1, 'ip-api.com': 1 });
  });
}

/** A way to cut the network: what the page says of it, and how soon after it the greeting comes. */
export interface Cut {
  how: 'cut' | 'cut silently';
  reason: string;
  boundMs: number;
}

export const CUTS: readonly Cut[] = [
  { how: 'cut', reason: 'ip-api.com refused the connection.', boundMs: 4000 },
  { how: 'cut silently', reason: 'ip-api.com did not answer within 4 s.', boundMs: 6000 },
];

/** Cuts the network in the Timer until the page says so and for so many seconds, with more attempts than these. */
export function cutInTimer(
  kit: Kit,
  { how, reason, boundMs }: Cut,
  outage: { seconds: number; attempts: number },
): Promise<void> {
  return duringTimer(kit, 1, async (drill) => {
    const { progress, network } = drill;
    const pids = kit.list().map(({ pid }) => pid);
    await network(how);
    const cutAt = Date.now();
    await until(async () => (await progress()).pending?.failure === reason, 15_000);
    expect(await drill.page()).toContain(reason);
    expect(await drill.page()).toMatch(/attempt \d+ (in \d s|is running)/);
    await until(() => Date.now() - cutAt > outage.seconds * 1000, 20_000); // the outage itself
    expect((await progress()).pending?.attempt).toBeGreaterThan(outage.attempts);
    await network('restore');
    const restoredAt = Date.now();
    await completed(drill);
    expect((await drill.history()).closed - restoredAt).toBeLessThan(boundMs);
    expect((await drill.lookups())['icanhazip.com']).toBe(1);
    expect(kit.list().map(({ pid }) => pid)).toEqual(pids);
  });
}

function secondsLeft({ timer }: Progress): number {
  return ((timer?.due?.getTime() ?? 0) - Date.now()) / 1000;
}
