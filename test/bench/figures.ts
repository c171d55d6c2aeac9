// Figures that hold on any machine: each next to a floor measured in the same run, or under a bound; and their table.

/** One thing that was measured several times. */
export interface Figure {
  what: string;
  unit: 'ms' | 's' | 'MB' | 'KB' | 'files' | 'reads/s' | 'lost';
  runs: number[];
  /** What the goal is about: the worst run, the one in the middle, or all but the worst twentieth. */
  of: 'max' | 'median' | 'p95';
  /** What the same machine needs for the least that could do the job, measured in between. */
  floor?: number[];
  /** The most that it may be: so many times the floor (once without one), plus so much. */
  most: { times?: number; plus?: number };
  /** Where the time goes, or what else there is to know. */
  note?: string;
}

/** The smallest value that this share of the values does not exceed. */
export function quantile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

const SHARES = { max: 1, median: 0.5, p95: 0.95 };

/** The most that the figure may be, in its unit. */
export function mostOf({ floor, most }: Figure): number {
  const base = floor ? quantile(floor, SHARES.median) * (most.times ?? 1) : 0;
  return base + (most.plus ?? 0);
}

/** Whether the goal is met. */
export function holds(figure: Figure): boolean {
  return figure.runs.length > 0 && quantile(figure.runs, SHARES[figure.of]) <= mostOf(figure);
}

/** The figures as a table in Markdown. */
export function tableOf(figures: Figure[]): string[] {
  const rows = figures.map((figure) => {
    const { what, unit, runs, floor, note } = figure;
    const values = [0, SHARES.median, 1].map((share) => numeral(quantile(runs, share)));
    const measured = new Set(values).size === 1 ? values[0] : values.join(' / ');
    const beside = floor ? `${numeral(quantile(floor, SHARES.median))} ${unit}` : '';
    const kept = holds(figure) ? 'yes' : '**no**';
    return [
      note ? `${what} (${note})` : what,
      `${measured} ${unit}`,
      runs.length,
      beside,
      goalOf(figure),
      kept,
    ];
  });
  const head = ['what', 'min / median / max', 'runs', 'floor', 'goal', 'kept'];
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
}

function goalOf({ unit, of, floor, most: { times = 1, plus = 0 } }: Figure): string {
  const parts = [floor ? `${times} x floor` : '', plus || !floor ? numeral(plus) : ''].filter(Boolean);
  return `${of} <= ${parts.join(' + ')}${floor ? '' : ` ${unit}`}`;
}

function numeral(value: number): string {
  return value >= 100 || Number.isInteger(value) ? String(Math.round(value)) : value.toPrecision(2);
}
