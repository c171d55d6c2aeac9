// Draws the foot of the wall: the Worker's life line over the last 45 seconds, how many were greeted, and each kill.
import type { Fault } from '../timeline/faults.ts';
import type { Period } from '../timeline/timeline.ts';
import type { Guest } from './roster.ts';

/** Milliseconds. The axis jumps, it never slides. */
const STEP = 15_000;
const STEPS_SHOWN = 3;

/** Pixels. */
const WIDTH = 1216;
const LEFT = 130;
const RIGHT = 1200;
const TOP = 40;
const LANE = 46;
const BAR = 30;
const FONT = 24;
const PER_CHARACTER = 13;

/** What is drawn; times are milliseconds since 1970. */
export interface WallTimeline {
  now: number;
  guests: readonly Guest[];
  faults: readonly Fault[];
  noWorker: readonly Period[];
  serviceAway: readonly Period[];
}

const KILLED: Record<string, string> = { worker: 'Worker killed', server: 'Temporal Service killed' };

interface Lane {
  name: string;
  gone: Period[];
  word: string;
  kind: 'gone' | 'away';
  hit: string;
}

/** The SVG element; the words of the tiles and the counts are what a screen reader reads. */
export function drawWall(wall: WallTimeline): string {
  const { now, guests, faults } = wall;
  const begin = Math.floor(now / STEP) * STEP - (STEPS_SHOWN - 1) * STEP;
  const x = (at: number) =>
    Math.round(LEFT + ((Math.max(at, begin) - begin) / (STEPS_SHOWN * STEP)) * (RIGHT - LEFT));
  const lanes = lanesOf(wall, begin);
  const bottom = TOP + (lanes.length + 1) * LANE;
  const kills = faults.filter(({ hit, what, at }) => what === 'kill -9' && hit in KILLED && at >= begin);
  const y = (hit: string) => TOP + (lanes.findIndex((lane) => lane.hit === hit) + 0.5) * LANE;
  const parts = [
    ...ticks(begin, x, bottom),
    ...lanes.flatMap((lane, index) => drawLane(lane, TOP + index * LANE, { begin, now, x })),
    drawGreeted(guests, TOP + lanes.length * LANE, { begin, now, x }),
    ...kills.map(({ at }) => `<path class="tl-cut" d="M${x(at)} 12V${bottom}"/>`),
    ...kills.filter(({ hit }) => y(hit) > TOP).map(({ at, hit }) => cross(x(at), y(hit))),
    killWords(kills, guests, x),
    `<path class="tl-now" d="M${x(now)} ${TOP + LANE / 2 + 10}V${bottom}"/><circle class="tl-ring" cx="${x(now)}" cy="${TOP + LANE / 2}" r="10"/>`,
  ];
  return `<svg class="timeline" viewBox="0 0 ${WIDTH} ${bottom + 34}" aria-hidden="true">${parts.join('')}</svg>`;
}

interface Scale {
  begin: number;
  now: number;
  x(at: number): number;
}

/** The Service has a lane only while there is something to say about it. */
function lanesOf({ faults, noWorker, serviceAway }: WallTimeline, begin: number): Lane[] {
  const inSight = ({ to }: Period) => to === undefined || to > begin;
  const known = (hit: string) =>
    faults.filter((fault) => fault.hit === hit).map(({ at, over }): Period => ({ from: at, to: over }));
  const gone = known('worker');
  const unexplained = noWorker.filter((period) => !gone.some((other) => overlap(period, other)));
  const worker: Lane = {
    name: 'Worker',
    gone: [...gone, ...unexplained].filter(inSight),
    word: 'no Worker',
    kind: 'gone',
    hit: 'worker',
  };
  const away = known('server');
  const unseen = serviceAway.filter((period) => !away.some((other) => overlap(period, other)));
  const service: Lane = {
    ...worker,
    name: 'Service',
    gone: [...away, ...unseen].filter(inSight),
    word: 'away',
  };
  return service.gone.length > 0 ? [worker, { ...service, kind: 'away', hit: 'server' }] : [worker];
}

/** A Worker that was killed is missed late, and is heard of late when it is back. */
function overlap(one: Period, other: Period): boolean {
  const HEARD_LATE = 4000;
  return one.from < (other.to ?? Infinity) + HEARD_LATE && other.from < (one.to ?? Infinity) + HEARD_LATE;
}

function ticks(begin: number, x: Scale['x'], bottom: number): string[] {
  return Array.from({ length: STEPS_SHOWN }, (_, step) => {
    const at = begin + step * STEP;
    const words = clock(at);
    return `<path class="tl-grid" d="M${x(at)} ${TOP}V${bottom}"/><text class="tl-axis" x="${x(at)}" y="${bottom + 26}" font-size="${FONT}" text-anchor="middle">${words}</text>`;
  });
}

function drawLane({ name, gone, word, kind }: Lane, top: number, { begin, now, x }: Scale): string[] {
  const [y, middle] = [top + (LANE - BAR) / 2, top + LANE / 2];
  const bar = (of: string, from: number, to: number) =>
    `<rect class="tl-${of}" x="${x(from)}" y="${y}" width="${Math.max(2, x(to) - x(from))}" height="${BAR}" rx="6"/>`;
  const periods = gone.toSorted((a, b) => a.from - b.from);
  const ends = [begin, ...periods.map(({ to = now }) => to)];
  const alive = ends.map((from, index) => ({ from, to: periods[index]?.from ?? now }));
  return [
    `<text class="tl-label" x="0" y="${middle}" dy=".36em" font-size="${FONT}">${name}</text>`,
    ...alive.filter(({ from, to }) => to > from && to > begin).map(({ from, to }) => bar('alive', from, to)),
    ...periods.map(({ from, to = now }) => bar(kind, from, to)),
    ...periods.map(({ from, to = now }) => {
      const words = `${word} for ${Math.max(0, Math.round((to - from) / 1000))} s`;
      const room = x(to) - x(from) > words.length * PER_CHARACTER + 40;
      const at = (x(from) + x(to)) / 2;
      return room
        ? `<text class="tl-in tl-${kind}-words" x="${at}" y="${middle}" dy=".36em" font-size="${FONT}" text-anchor="middle">${words}</text>`
        : '';
    }),
  ];
}

/** How many were greeted, from the foot of its lane up to everybody. */
function drawGreeted(guests: readonly Guest[], top: number, { begin, now, x }: Scale): string {
  const foot = top + LANE - 4;
  const ends = guests.flatMap(({ status, endedAt }) => (status === 'COMPLETED' && endedAt ? [endedAt] : []));
  const y = (count: number) =>
    Math.round((foot - (count / Math.max(1, guests.length)) * (LANE - 8)) * 10) / 10;
  const within = ends.filter((at) => at > begin).toSorted((a, b) => a - b);
  const before = ends.length - within.length;
  const line = within.map((at, index) => `L${x(Math.min(at, now))} ${y(before + index + 1)}`).join('');
  const path = `M${x(begin)} ${y(before)}${line}L${x(now)} ${y(ends.length)}`;
  const label = `<text class="tl-label" x="0" y="${top + LANE / 2}" dy=".36em" font-size="${FONT}">Greeted</text>`;
  const count = `<text class="tl-in" x="${x(now) + 14}" y="${top + LANE / 2}" dy=".36em" font-size="${FONT}">${ends.length}</text>`;
  return `${label}<path class="wall-area" d="${path}V${foot}H${x(begin)}z"/><path class="wall-edge" d="${path}"/>${count}`;
}

function killWords(kills: readonly Fault[], guests: readonly Guest[], x: Scale['x']): string {
  const last = kills.at(-1);
  if (!last) return '';
  const times = kills.length === 1 ? '' : ` (kill ${kills.length})`;
  const words = `${clock(last.at)} ${KILLED[last.hit]}${times}, ${inFlightAt(last.at, guests)} in flight`;
  const fits = x(last.at) + 14 + words.length * 14.8 < WIDTH;
  const [at, anchor] = fits ? [x(last.at) + 14, 'start'] : [x(last.at) - 14, 'end'];
  return `<text class="tl-kill" x="${at}" y="26" font-size="${FONT}" text-anchor="${anchor}">${words}</text>`;
}

/** How many had started by then and had not ended. */
export function inFlightAt(time: number, guests: readonly Guest[]): number {
  return guests.filter(({ startedAt, endedAt = Infinity }) => startedAt <= time && endedAt > time).length;
}

function cross(cx: number, cy: number): string {
  return `<g class="tl-mark tl-mark-killed" transform="translate(${cx} ${cy}) scale(1.6)"><circle class="tl-killed" r="12"/><path class="tl-stroke" d="M-4.500-4.500l9 9M4.500-4.500l-9 9"/></g>`;
}

function clock(time: number): string {
  return new Date(time).toTimeString().slice(0, 8);
}
