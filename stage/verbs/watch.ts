// npm run stage watch counters
import { setTimeout as delay } from 'node:timers/promises';
import { userError } from '../../hello-ip/user-error.ts';
import { durableNumbers } from '../../hello-ip/web/counters.ts';
import { askStage } from '../ask.ts';
import type { CountersReport } from '../counters.ts';
import { createStageClient } from '../service-client.ts';
import type { Verb } from '../verb.ts';

const LOOK_EVERY_MS = 100;
const COLUMN = 16;

export const verb: Verb = {
  usage: 'watch counters',
  about: 'the two counters side by side; outlives both; Ctrl-C ends it',
  async run(words, say) {
    if (words.join(' ') !== 'counters')
      throw userError('Only the counters can be watched. Run: npm run stage watch counters');
    const client = await createStageClient(await askStage({ do: 'status' }));
    const screen = createScreen(say);
    screen.show([row('volatile', 'durable'), row('its own output', 'Event History'), '']);
    let durable: number[] = [];
    for (;;) {
      const counters = await askStage({ do: 'counters', order: 'report' });
      // While the Temporal Service is away, what was counted stays as it was.
      durable = await durableNumbers(client).then(
        (counted) => counted.map(({ number }) => number),
        () => durable,
      );
      screen.redraw(rowsOf(counters, durable));
      await delay(LOOK_EVERY_MS);
    }
  },
};

/** The two columns: what the volatile process printed, with a line where it was killed, beside the durable numbers. */
export function rowsOf({ volatile }: CountersReport, durable: number[]): string[] {
  const left = volatile.flatMap((run, index) =>
    index === 0 ? run.map(String) : ['(started again)', ...run.map(String)],
  );
  const right = durable.map(String);
  const height = Math.max(left.length, right.length);
  return Array.from({ length: height }, (_, index) => row(left[index], right[index]));
}

function row(left = '', right = ''): string {
  return `${left.padEnd(COLUMN)}${right}`;
}

/** Draws over what was drawn before; where that cannot be done it prints the rows that changed. */
function createScreen(say: (line: string) => void) {
  let drawn: string[] = [];
  return {
    show(lines: string[]) {
      for (const line of lines) say(line);
    },
    redraw(rows: string[]) {
      if (rows.join('\n') === drawn.join('\n')) return;
      if (process.stdout.isTTY && drawn.length > 0) process.stdout.write(`\x1b[${drawn.length}A\x1b[J`);
      for (const line of process.stdout.isTTY ? rows : changed(rows, drawn)) say(line);
      drawn = rows;
    },
  };
}

function changed(rows: string[], drawn: string[]): string[] {
  return rows.filter((line, index) => line !== drawn[index]);
}
