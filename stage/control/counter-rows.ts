// The teaser in two rows that need no explanation: what each counter has counted in this round, and where it was killed.
import type { CountersReport } from './counters.ts';
import { type Counted, LAST_NUMBER } from './durable-count.ts';

/** Where a counter was killed. */
export const KILLED = '✗';

/** One counter: its numbers in order, with a mark where it was killed. */
export interface CounterRow {
  name: 'volatile' | 'durable';
  cells: (number | typeof KILLED)[];
  /** It is up, or about to be, and has not counted since. */
  isStarting: boolean;
}

/** Both rows, of what the volatile process printed and of the numbers in the Event History of the durable one. */
export function counterRows(report: CountersReport, durable: readonly Counted[]): CounterRow[] {
  const volatile = volatileRow(report);
  return [volatile, durableRow(report, report.isCleared ? [] : durable, volatile)];
}

function volatileRow(report: CountersReport): CounterRow {
  const cells = report.volatile.flatMap((run, index): CounterRow['cells'] => {
    const isLast = index === report.volatile.length - 1;
    const runsOn = isLast && report.running.includes('volatile');
    return run.length === 0 || run.at(-1) === LAST_NUMBER || runsOn ? run : [...run, KILLED];
  });
  return {
    name: 'volatile',
    cells,
    isStarting: report.volatile.at(-1)?.length === 0 && isUp(report, 'volatile'),
  };
}

/** Another process has another identity: where it changes, the one before was killed. */
function durableRow(report: CountersReport, durable: readonly Counted[], volatile: CounterRow): CounterRow {
  const row: CounterRow = { name: 'durable', cells: [], isStarting: false };
  for (const [index, { number, identity }] of durable.entries()) {
    if (index > 0 && durable[index - 1]?.identity !== identity) row.cells.push(KILLED);
    row.cells.push(number);
  }
  if (durable.length === LAST_NUMBER) return row;
  // Killed, and nothing counted since; both are killed by one signal.
  const wasKilled = volatile.isStarting && killsIn(row) < killsIn(volatile);
  const isDown = !report.running.includes('durable');
  if (durable.length > 0 && (isDown || wasKilled)) row.cells.push(KILLED);
  row.isStarting = typeof row.cells.at(-1) !== 'number' && isUp(report, 'durable');
  return row;
}

function killsIn({ cells }: CounterRow): number {
  return cells.filter((cell) => cell === KILLED).length;
}

function isUp({ isStarting, isCleared, running }: CountersReport, name: string): boolean {
  return isStarting || (!isCleared && running.includes(name));
}
