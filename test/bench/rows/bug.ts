// Recovery of a greeting after a bug was in the code: constant, however long it was in.
import { setTimeout as delay } from 'node:timers/promises';
import { copyOfClone, run, startStage } from '../../support/harness.ts';
import type { Figure } from '../figures.ts';
import { greet, untilRetrying, withClient } from '../greetings.ts';
import { APART_MS } from '../kits.ts';
import type { Row } from '../names.ts';

const RUNS = 5;
const OUTAGES = [10, 40]; // seconds

export const row: Row = {
  name: 'bug',
  async measure(print) {
    const clones = await Promise.all(Array.from({ length: RUNS }, (_, index) => startClone(index)));
    const figures: Figure[] = [];
    for (const seconds of OUTAGES) {
      const runs = await Promise.all(
        clones.map((clone) =>
          withClient(clone, async (client) => {
            await clone.stage('break', 'geolocation');
            const greeting = await greet(clone, client, 0);
            const begun = Date.now();
            await untilRetrying(client, greeting);
            await delay(begun + seconds * 1000 - Date.now());
            await clone.stage('fix', 'geolocation');
            const fixed = Date.now();
            const ms = Math.max(0, (await greeting.event('workflowExecutionCompleted')) - fixed);
            print(`bug for ${seconds} s: greeted after ${Math.round(ms)} ms`);
            return ms;
          }),
        ),
      );
      const what = `Bug in the code for ${seconds} s: from fixed, the new Worker ready, to greeted`;
      figures.push({ what, unit: 'ms', runs, of: 'max', most: { plus: 3000 } });
    }
    await Promise.all(clones.map(({ leave }) => leave()));
    return figures;
  },
};

/** A clone of its own with a stage of its own, because the bug is in the files. */
async function startClone(index: number) {
  await delay(index * APART_MS);
  const root = copyOfClone();
  const program = await startStage([], { root });
  const { ports, folder } = program;
  return {
    url: `http://127.0.0.1:${ports.APP_PORT}`,
    ports: { server: ports.SERVER_PORT },
    async stage(...words: string[]): Promise<void> {
      const verb = await run('stage/commands/stage.ts', words, { root, ports, folder });
      const { code } = await verb.ended();
      if (code !== 0) throw new Error(verb.output());
    },
    leave: () => program.leave('SIGINT'),
  };
}
