// Hundreds of greetings that wait on Timers while Worker and Temporal Service are killed: all greeted, and how soon.
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { TASK_QUEUE } from '../../../hello-ip/greeting.ts';
import { follow, until, withClient } from '../greetings.ts';
import { withKit } from '../kits.ts';
import type { Row } from '../names.ts';

const RUNS = 5;
const GREETINGS = 500;
const AT_ONCE = 50;
/** All Timers are due at the same moment, and not before all of them are running. Milliseconds from the first greeting. */
const DUE_MS = 100_000;
const AWAY_MS = 3000;

export const row: Row = {
  name: 'in-flight',
  measure: (print) =>
    withKit((kit) =>
      withClient(kit, async (client) => {
        const drained: number[] = [];
        const lost: number[] = [];
        for (let run = 0; run < RUNS; run += 1) {
          const due = Date.now() + DUE_MS;
          const ids = Array.from({ length: GREETINGS }, (_, number) => `flight-${run}-${number}`);
          for (let next = 0; next < ids.length; next += AT_ONCE)
            await Promise.all(ids.slice(next, next + AT_ONCE).map((id) => start(client, id, due)));
          await untilAllWait(client, ids);
          if (Date.now() > due - AWAY_MS) throw new Error('Timers were due before all of them ran.');
          await Promise.all([kit.kill('worker'), kit.kill('server')]);
          await delay(AWAY_MS);
          await kit.start('server');
          await kit.start('worker');
          const begun = Math.max(due, Date.now());
          const greeted = await Promise.all(ids.map((id) => greetedAt(client, id)));
          lost.push(greeted.filter((at) => at === undefined).length);
          drained.push(Math.max(0, Math.max(...greeted.map((at) => at ?? 0)) - begun) / 1000);
          print(
            `${GREETINGS} in flight: ${lost.at(-1)} lost, the last one ${drained.at(-1)?.toFixed(1)} s after`,
          );
        }
        const what = `${GREETINGS} greetings in flight, Worker and Temporal Service killed`;
        return [
          { what: `${what}: not greeted`, unit: 'lost', runs: lost, of: 'max', most: { plus: 0 } },
          {
            what: `${what}, all Timers due at once: until all are greeted`,
            unit: 's',
            runs: drained,
            of: 'max',
            most: { plus: 90 },
          },
        ];
      }),
    ),
};

async function start(client: Client, workflowId: string, due: number): Promise<void> {
  const args: [object] = [{ name: 'Ziggy', seconds: Math.round((due - Date.now()) / 1000) }];
  await client.workflow.start('getAddressFromIP', { taskQueue: TASK_QUEUE, workflowId, args });
}

/** One after another: most of them are waiting already, and five hundred questions at once would hold up the rest. */
async function untilAllWait(client: Client, ids: string[]): Promise<void> {
  for (const id of ids) await follow(client, id).event('timerStarted');
}

async function greetedAt(client: Client, workflowId: string): Promise<number | undefined> {
  const ended = await until(async () => {
    const description = await client.workflow.getHandle(workflowId).describe();
    if (description.status.name === 'RUNNING') return void (await delay(2000));
    return description;
  }, workflowId);
  return ended.status.name === 'COMPLETED' ? ended.closeTime?.getTime() : undefined;
}
