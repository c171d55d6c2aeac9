// The durable count under kills, for its tests: a Temporal Service, the count, and its Worker killed at random moments.
import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { expect } from 'vitest';
import { durableNumbers } from '../../stage/control/durable-count.ts';
import { WORKFLOW_ID } from '../../volatile-vs-durable/count.ts';
import { randomNumbers } from '../soak/plan.ts';
import { type Program, run, until } from './harness.ts';
import { createClient, type Kit, startKit } from './kit.ts';

const MAX_LIFE_MS = 1200;
const ALL = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

/** A Temporal Service for the count, without a Worker yet. */
export interface Counting {
  kit: Kit;
  client: Client;
  close(): Promise<void>;
}

export async function startCounting(): Promise<Counting> {
  const kit = await startKit(['server']);
  const client = createClient(kit.ports.server);
  const close = () => client.connection.close().finally(kit.close);
  return { kit, client, close };
}

/** Starts a count where none is running; `npm run count` in a process of its own. */
export async function startCount({ kit }: Counting): Promise<Program> {
  const address = `127.0.0.1:${kit.ports.server}`;
  const starter = await run('volatile-vs-durable/starter.ts', [], { env: { TEMPORAL_ADDRESS: address } });
  expect((await starter.ended()).code).toBe(0);
  return starter;
}

/**
 * Kills the Worker so often at random moments, over as many counts as that takes; then does what else is to happen to
 * the last count, and waits for its end. Nothing is missing, in the Event History nor in the terminal.
 */
export async function surviveKills(counting: Counting, kills: number, then = async () => {}): Promise<void> {
  const { kit, client } = counting;
  const printed = () => printedBy(kit);
  const numbers = async () => (await durableNumbers(client)).map(({ number }) => number);
  const random = seededRandom();
  const boundMs = await nextNumberBound(kit);
  let counts = 0;
  for (let kill = 0; kill < kills; kill += 1) {
    if ((await numbers()).length === ALL.length) {
      await kit.start('durable'); // the kill may have fallen right behind the last number
      await client.workflow.getHandle(WORKFLOW_ID).result();
      await kit.kill('durable');
    }
    if (counts === 0 || (await numbers()).length === ALL.length) {
      expect((await startCount(counting)).output()).toMatch(
        /^The count has started: http:.*\/workflows\/counter\/[0-9a-f-]+\n$/,
      );
      counts += 1;
    }
    const before = printed().length;
    const spawnedAt = performance.now();
    await kit.start('durable');
    await until(() => printed().length > before);
    expect(performance.now() - spawnedAt).toBeLessThan(boundMs);
    await delay(random() * MAX_LIFE_MS);
    await kit.kill('durable');
  }
  await kit.start('durable');
  await then();
  await until(async () => (await numbers().catch(() => [])).length === ALL.length, 30_000);
  await until(() => printed().at(-1) === ALL.length);
  await kit.stop('durable');
  expect(await numbers()).toEqual(ALL);
  // In the terminal: never a number skipped; one may come twice, when the kill fell right behind its print.
  const steps = printed().map((number, index, all) =>
    index === 0 ? number : number - (all[index - 1] ?? 0),
  );
  expect(steps.filter((step) => step !== 0 && step !== 1 && step !== -9)).toEqual([]);
  expect(steps.filter((step) => step === -9)).toHaveLength(counts - 1);
}

function printedBy({ lines }: Kit): number[] {
  return lines.map((line) => Number(/^durable: (\d+)$/.exec(line)?.[1])).filter((number) => number > 0);
}

/** Numbers that a failed test repeats with the seed that it has printed. */
function seededRandom(): () => number {
  const seed = Number(process.env.SEED ?? randomInt(2 ** 31));
  console.log(`seed ${seed}: repeat with SEED=${seed}`);
  return randomNumbers(seed);
}

/** The loop's second and the start of a Worker, with room for a machine that is slower at times. */
async function nextNumberBound(kit: Kit): Promise<number> {
  await kit.start('durable'); // the first start builds the bundle; it is the later ones that are timed
  await kit.kill('durable');
  const { ms } = await kit.start('durable');
  await kit.kill('durable');
  return 1000 + 3 * Math.max(700, ms);
}
