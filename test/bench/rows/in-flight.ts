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
const TIMER_SECONDS = 30;
const AWAY_MS = 3000;

export const row: Row = {
  name: 'in-flight',
  measure: (say) =>
    withKit((kit) =>
      withClient(kit, async (client) => {
        const drained: number[] = [];
        const lost: number[] = [];
        for (let run = 0; run < RUNS; run += 1) {
          const ids = Array.from({ length: GREETINGS }, (_, number) => `flight-${run}-${number}`);
          for (let next = 0; next < ids.length; next += AT_ONCE)
            await Promise.all(ids.slice(next, next + AT_ONCE).map((id) => start(client, id)));
          const timers = await Promise.all(ids.map((id) => follow(client, id).event('timerStarted')));
          await Promise.all([kit.kill('worker'), kit.kill('server')]);
          await delay(AWAY_MS);
          await kit.start('server');
          await kit.start('worker');
          const due = Math.max(...timers) + TIMER_SECONDS * 1000;
          const begun = Math.max(due, Date.now());
          const greeted = await Promise.all(ids.map((id) => greetedAt(client, id)));
          lost.push(greeted.filter((at) => at === undefined).length);
          drained.push(Math.max(0, Math.max(...greeted.map((at) => at ?? 0)) - begun) / 1000);
          say(
            `${GREETINGS} in flight: ${lost.at(-1)} lost, the last one ${drained.at(-1)?.toFixed(1)} s after`,
          );
        }
        const what = `${GREETINGS} greetings in flight, Worker and Temporal Service killed`;
        return [
          { what: `${what}: not greeted`, unit: 'lost', runs: lost, of: 'max', most: { plus: 0 } },
          { what: `${what}: until all are`, unit: 's', runs: drained, of: 'max', most: { plus: 30 } },
        ];
      }),
    ),
};

async function start(client: Client, workflowId: string): Promise<void> {
  const args: [object] = [{ name: 'Ziggy', seconds: TIMER_SECONDS }];
  await client.workflow.start('getAddressFromIP', { taskQueue: TASK_QUEUE, workflowId, args });
}

async function greetedAt(client: Client, workflowId: string): Promise<number | undefined> {
  const ended = await until(async () => {
    const description = await client.workflow.getHandle(workflowId).describe();
    if (description.status.name === 'RUNNING') return void (await delay(500));
    return description;
  }, workflowId);
  return ended.status.name === 'COMPLETED' ? ended.closeTime?.getTime() : undefined;
}
