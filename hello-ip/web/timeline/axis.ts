// The time axis of a timeline: how far it goes, and where its seconds stand.
import type { Timeline } from './timeline.ts';

const STEPS_S = [0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1200];
const TOTALS_S = [1, 2, 5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 450, 600, 900, 1800, 2700, 3600];
const MAX_STEPS = 5;
/** A second tick closer to the end than this is left out, in parts of the axis. */
const TOO_CLOSE = 0.09;

/** A place on the axis; milliseconds since the start, and the words under it. */
export interface Tick {
  at: number;
  words: string;
}

/** While it runs, the axis jumps ahead and never slides; at the end, it ends with the greeting. Milliseconds. */
export function axisOf({ until, isRunning, lanes }: Timeline): { total: number; ticks: Tick[] } {
  const last = Math.max(until, ...lanes.flatMap(({ spans }) => spans.map(({ to }) => to)));
  const total = isRunning ? totalFor(until, last) : Math.max(last, 200);
  const step = (STEPS_S.find((candidate) => total / 1000 / candidate <= MAX_STEPS) ?? 3600) * 1000;
  const ticks: Tick[] = [];
  for (let at = 0; at <= total + 1; at += step) ticks.push({ at, words: wordsFor(at) });
  if (isRunning) return { total, ticks };
  const apart = ticks.filter(({ at }) => at === 0 || total - at > TOO_CLOSE * total);
  return { total, ticks: [...apart, { at: total, words: `${(total / 1000).toFixed(1)}` }] };
}

function totalFor(until: number, last: number): number {
  const fits = (total: number) => until <= 0.9 * total && last <= 0.95 * total;
  const total = TOTALS_S.map((seconds) => seconds * 1000).find(fits);
  return total ?? Math.ceil(last / 0.9 / 3_600_000) * 3_600_000;
}

function wordsFor(at: number): string {
  return at === 0 ? '0 s' : String(Number((at / 1000).toFixed(1)));
}
