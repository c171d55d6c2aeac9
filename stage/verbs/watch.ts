// npm run stage watch counters
import { setTimeout as delay } from 'node:timers/promises';
import { userError } from '../../hello-ip/support/user-error.ts';
import { askStage } from '../control/client.ts';
import { counterRows } from '../control/counter-rows.ts';
import { type Counted, durableNumbers } from '../control/durable-count.ts';
import { createStageClient } from '../control/service-client.ts';
import { paint } from '../processes/output.ts';
import { linesOfCounters } from './counter-text.ts';
import type { Verb } from './verb.ts';

const POLL_INTERVAL_MS = 100;
const SIZE_OF_A_PIPE = { columns: 80, rows: 0 };

export const verb: Verb = {
  usage: 'watch counters',
  about: 'shows the two counters, a row each, and outlives both; Ctrl-C ends it',
  async run(words, print) {
    if (words.join(' ') !== 'counters')
      throw userError('Only the counters can be watched. Run: npm run stage watch counters');
    const client = createStageClient(await askStage({ do: 'status' }));
    const redraw = createScreen(print);
    let durable: Counted[] = [];
    for (;;) {
      const report = await askStage({ do: 'counters', order: 'report' });
      // While the Temporal Service is away, the last count stays.
      durable = await durableNumbers(client).catch(() => durable);
      const { isTTY, columns = SIZE_OF_A_PIPE.columns, rows = SIZE_OF_A_PIPE.rows } = process.stdout;
      const size = isTTY ? { columns, rows } : SIZE_OF_A_PIPE;
      redraw(linesOfCounters(counterRows(report, durable), size, paint));
      await delay(POLL_INTERVAL_MS);
    }
  },
};

/** Redraws over the last drawing; prints the rows that have changed where that is impossible. */
function createScreen(print: (line: string) => void): (lines: string[]) => void {
  let drawn: string[] = [];
  return (lines) => {
    if (lines.join('\n') === drawn.join('\n')) return;
    const { isTTY } = process.stdout;
    if (isTTY && drawn.length > 0) process.stdout.write(`\x1b[${drawn.length}A\x1b[J`);
    for (const line of isTTY ? lines : lines.filter((text, index) => text !== drawn[index])) print(line);
    drawn = lines;
  };
}
