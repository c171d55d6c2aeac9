// What was killed while a Workflow was under way, drawn as the lanes of a greeting are: the Worker and, if it was hit, what it needs.
import { drawTimeline, PAGE_SIZE } from '../../hello-ip/web/timeline/draw.ts';
import type { Fault } from '../../hello-ip/web/timeline/faults.ts';
import type { Kill, Lane, Span } from '../../hello-ip/web/timeline/timeline.ts';

/** The processes of the stage that it needs, and how their lanes are called; that of the first is always shown. */
export type LaneNames = Readonly<Record<string, string>>;

/** A picture that changes with every look would be sent with every look. */
const STEP_MS = 1000;
const SIZE = { ...PAGE_SIZE, width: 700, labelWidth: 120, id: 'lanes-of-run' };

/** The SVG, as wide as the tree on a projector. */
export function lanesOf(
  { startedAt, endedAt }: { startedAt: number; endedAt?: number },
  names: LaneNames,
  faults: readonly Fault[],
  now: number,
): string {
  const until = endedAt ?? Math.max(startedAt, now - (now % STEP_MS));
  const during = faults.filter(({ at, over = until }) => at < until && over > startedAt);
  const lanes = Object.entries(names).flatMap(([hit, name], index) => {
    const outages = during.filter((fault) => fault.hit === hit);
    return index === 0 || outages.length > 0 ? [laneOf(name, outages, startedAt, until)] : [];
  });
  const kills = during.filter(({ what, at }) => what === 'kill -9' && at >= startedAt);
  return drawTimeline(
    {
      lanes,
      kills: kills.flatMap(({ hit, at }) => killOf(names[hit], at - startedAt)),
      until: until - startedAt,
      isRunning: endedAt === undefined,
    },
    SIZE,
  );
}

function killOf(lane: string | undefined, at: number): Kill[] {
  return lane ? [{ at, lane, words: 'kill -9' }] : []; // its lane says what was killed
}

/** Alive, but for its outages; times since its start. */
function laneOf(name: string, outages: Fault[], start: number, until: number): Lane {
  const spans: Span[] = [];
  let at = 0;
  for (const outage of outages) {
    const from = Math.max(0, outage.at - start);
    const to = Math.min(until, outage.over ?? until) - start;
    if (from > at) spans.push({ kind: 'alive', from: at, to: from });
    spans.push({ kind: 'gone', from, to });
    at = to;
  }
  if (until - start > at) spans.push({ kind: 'alive', from: at, to: until - start });
  return { name, label: name, spans, marks: [] };
}
