// Proves that nothing is lost on the cluster: npm run soak cluster [minutes] [seed <n>]. One process after the other is killed at random and
// started again, while greetings come all the time; then calm, then counts.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { hostsOf, isOfTheFirst, readClusterPorts } from '../../encores/cluster/layout.ts';
import { askCluster } from '../../stage/cluster/control.ts';
import { countedWrongly, endsOf, startSurely } from '../../stage/cluster/greetings.ts';
import { clusterClient } from '../../stage/cluster/up.ts';
import { spawnStage } from '../../stage/control/spawn-stage.ts';
import { killProcessesOf, processesOf } from '../support/harness.ts';
import { readSoakOrder } from './args.ts';
import { randomNumbers } from './plan.ts';

/** Of the cluster; the Worker that greets is not part of it. */
const VICTIMS = [
  ...hostsOf(readClusterPorts())
    .filter(isOfTheFirst)
    .map(({ name }) => name),
  'postgres',
  'balancer',
];
const GREET_EVERY_MS = 1000;
const LONGEST_SLEEP_S = 15;
const LONGEST_DEAD_MS = 8000;
const LONGEST_REST_MS = 8000;
const CALM_WITHIN_MS = 120_000;

/** @returns the exit code */
export async function soakCluster(words: string[]): Promise<number> {
  const { minutes, seed } = readSoakOrder(words);
  const random = randomNumbers(seed);
  const between = (from: number, to: number) => Math.round(from + random() * (to - from));
  console.log(
    `Soak of the cluster with seed ${seed}, ${minutes} minutes. To repeat: npm run soak cluster ${minutes} seed ${seed}`,
  );
  const stage = mkdtempSync(join(tmpdir(), 'soak '));
  process.env.STAGE_FOLDER = stage;
  const folder = join(stage, 'cluster');
  const lines: string[] = [];
  const cluster = spawnStage([], (line) => lines.push(line), 'stage/commands/cluster.ts');
  await cluster.ready;
  const client = clusterClient(readClusterPorts());
  const problems: string[] = [];
  const ids: string[] = [];
  const until = Date.now() + minutes * 60_000;
  const print = (line: string) => console.log(`${Math.round(process.uptime())} s  ${line}`);

  async function greet(): Promise<void> {
    const starting: Promise<void>[] = [];
    for (; Date.now() < until; await delay(GREET_EVERY_MS)) {
      const id = `soak-${seed}-${ids.length}`;
      ids.push(id);
      starting.push(
        startSurely(client, id, between(0, LONGEST_SLEEP_S)).catch((error: Error) => {
          problems.push(`${id}: ${error.message}`);
        }),
      );
    }
    await Promise.all(starting);
  }

  const kills = new Map<string, number>();
  async function kill(): Promise<void> {
    while (Date.now() < until) {
      await delay(between(0, LONGEST_REST_MS));
      const victim = VICTIMS[between(0, VICTIMS.length - 1)] as string;
      await askCluster(folder, { do: 'kill', process: victim });
      kills.set(victim, (kills.get(victim) ?? 0) + 1);
      const dead = between(0, LONGEST_DEAD_MS);
      print(`kill ${victim}, for ${(dead / 1000).toFixed(1)} s`);
      await delay(dead);
      await askCluster(folder, { do: 'start', process: victim });
    }
  }

  try {
    await Promise.all([greet(), kill()]);
    print(`calm: ${ids.length} greetings`);
    const ends = await endsOf(client, `soak-${seed}-`, ids.length, Date.now() + CALM_WITHIN_MS);
    const lost = ids.filter((id) => !ends.has(id));
    if (lost.length > 0) problems.push(`not greeted: ${lost.join(', ')}`);
    const twice = await countedWrongly(folder, [...ends.values()]);
    if (twice > 0) problems.push(`${twice} greetings have not exactly two lookups`);
  } finally {
    await client.connection.close();
    const how = await cluster.leave();
    if (how) problems.push(how);
    const left = processesOf(stage);
    if (left.length > 0) problems.push(`left behind: ${left.join(', ')}`);
    await killProcessesOf(stage);
    rmSync(stage, { recursive: true, force: true, maxRetries: 5 });
  }
  for (const problem of problems) console.error(`WRONG: ${problem}`);
  if (problems.length > 0) console.error(lines.slice(-20).join('\n'));
  const counted = [...kills].map(([name, count]) => `${count} ${name}`).join(', ');
  if (problems.length === 0)
    console.log(`All ${ids.length} were greeted, none twice, each lookup counted once. Kills: ${counted}.`);
  return problems.length === 0 ? 0 : 1;
}
