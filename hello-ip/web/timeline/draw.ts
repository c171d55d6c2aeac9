// Draws a timeline as SVG, in real pixels; its colours are classes, so that page and deck each give it theirs.
import { axisOf, type Tick } from './axis.ts';
import type { Kill, Lane, Mark, Span, SpanKind, Timeline } from './timeline.ts';

/** Lengths in pixels. */
export interface DrawOptions {
  width: number;
  labelWidth: number;
  laneHeight: number;
  barHeight: number;
  fontSize: number;
  /** Draw only the lane of this name, without labels, axis and kills' words: for a phone. */
  only?: string;
  /** Begins the ids of its elements: there may be two drawings on a page. */
  id: string;
}

/** As on the page of a greeting, on a canvas of 1184 pixels. */
export const PAGE_SIZE: DrawOptions = {
  width: 1184,
  labelWidth: 238,
  laneHeight: 42,
  barHeight: 30,
  fontSize: 24,
  id: 'timeline',
};

const AXIS_HEIGHT = 38;
const KILLS_HEIGHT = 38;
const RIGHT = 26;
const GAP = 10;
/** Kills closer than this share one label. */
const ONE_LABEL = 220;

/** Text on a filled bar, or on one that lets the ground through. */
const IS_FILLED: Record<SpanKind, boolean> = {
  alive: true,
  timer: true,
  gone: false,
  away: false,
  'timer-rest': false,
  waits: false,
};

/** What is known while one timeline is drawn. */
interface Canvas extends DrawOptions {
  x(ms: number): number;
  /** Pixels from the top to the first lane. */
  top: number;
  right: number;
  ticks: Tick[];
  now?: number;
}

/** The SVG element; hidden from screen readers, which have the words of the steps. */
export function drawTimeline(timeline: Timeline, options: DrawOptions = PAGE_SIZE): string {
  const { width, only, laneHeight, id } = options;
  const lanes = only ? timeline.lanes.filter(({ name }) => name === only) : timeline.lanes;
  const canvas = canvasFor(timeline, options);
  const bottom = canvas.top + lanes.length * laneHeight;
  const height = only ? bottom : bottom + AXIS_HEIGHT;
  const parts = [
    `<defs><pattern id="${id}-hatch" width="14" height="14" patternUnits="userSpaceOnUse" patternTransform="rotate(35)"><path class="tl-hatch" d="M2 0v14"/></pattern></defs>`,
    ...(only ? [] : [drawAxis(canvas, bottom)]),
    ...(only ? [] : killLines(timeline.kills, canvas, bottom)),
    ...lanes.map((lane, index) => drawLane(lane, canvas, canvas.top + index * laneHeight)),
    ...(timeline.isRunning ? [drawNow(canvas, bottom)] : []),
    ...lanes.flatMap((lane, index) =>
      crosses(timeline.kills, lane, canvas, canvas.top + (index + 0.5) * laneHeight),
    ),
  ];
  return `<svg class="timeline" id="${id}" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" aria-hidden="true">${parts.join('')}</svg>`;
}

function canvasFor(timeline: Timeline, options: DrawOptions): Canvas {
  const labelWidth = options.only ? 0 : options.labelWidth;
  const right = options.width - RIGHT;
  const { total, ticks } = axisOf(timeline);
  const x = (ms: number) => round(labelWidth + (ms / total) * (right - labelWidth));
  return {
    ...options,
    labelWidth,
    x,
    right,
    ticks,
    top: options.only || timeline.kills.length === 0 ? 4 : KILLS_HEIGHT,
    now: timeline.isRunning ? x(timeline.until) : undefined,
  };
}

function drawAxis({ x, top, fontSize, ticks }: Canvas, bottom: number): string {
  return ticks
    .map(({ at, words }) => {
      const line = `<path class="tl-grid" d="M${x(at)} ${top}V${bottom}"/>`;
      return `${line}<text class="tl-axis" x="${x(at)}" y="${bottom + 30}" font-size="${fontSize}" text-anchor="middle">${words}</text>`;
    })
    .join('');
}

function drawLane(lane: Lane, canvas: Canvas, y: number): string {
  const { laneHeight, fontSize, id, only } = canvas;
  const isEmpty = lane.spans.length === 0 && lane.marks.length === 0;
  const classes = ['tl-label', lane.isCode ? 'tl-code' : '', isEmpty ? 'tl-nothing' : '']
    .filter(Boolean)
    .join(' ');
  const label = `<text class="${classes}" x="0" y="${y + laneHeight / 2}" dy=".36em" font-size="${fontSize}">${lane.label}</text>`;
  const spans = lane.spans.map((span, index) =>
    drawSpan(span, lane, canvas, y, `${id}-${lane.name}-${index}`),
  );
  const marks = lane.marks.map((mark) => drawMark(mark, lane, canvas, y + laneHeight / 2));
  return `<g id="${id}-${lane.name}">${only ? '' : label}${spans.join('')}${marks.join('')}</g>`;
}

function drawSpan(span: Span, lane: Lane, canvas: Canvas, y: number, id: string): string {
  const { x, laneHeight, barHeight } = canvas;
  const [left, width] = [x(span.from), Math.max(4, round(x(span.to) - x(span.from)))];
  const top = y + (laneHeight - barHeight) / 2;
  const box = `x="${left}" y="${top}" width="${width}" height="${barHeight}" rx="6"`;
  const hatch = span.kind === 'waits' ? `<rect ${box} fill="url(#${canvas.id}-hatch)"/>` : '';
  const words = canvas.only ? '' : wordsOfSpan(span, lane, canvas, y + laneHeight / 2);
  return `${hatch}<rect id="${id}" class="tl-${span.kind}" ${box}/>${words}`;
}

function wordsOfSpan(span: Span, lane: Lane, canvas: Canvas, middle: number): string {
  if (!span.words) return '';
  const needed = widthOf(span.words, canvas.fontSize);
  const [from, to] = [canvas.x(span.wordsFrom ?? span.from), canvas.x(span.to)];
  if (to - from >= needed + 2 * GAP) {
    const where = IS_FILLED[span.kind] ? 'tl-on' : `tl-in tl-${span.kind}-words`;
    return text(span.words, (from + to) / 2, middle, canvas, 'middle', where);
  }
  return beside(span.words, from, to, lane, canvas, middle);
}

function drawMark(mark: Mark, lane: Lane, canvas: Canvas, middle: number): string {
  const at = canvas.x(mark.at);
  const radius = canvas.barHeight / 2;
  const shape = shapeOf(mark.shape, at, middle, radius);
  if (!mark.words || canvas.only) return shape;
  const needed = widthOf(mark.words, canvas.fontSize);
  const bar = lane.spans.findLast(({ kind, to }) => IS_FILLED[kind] && to <= mark.at + 50);
  const end = bar && Math.min(canvas.x(bar.to), at - radius) - GAP;
  if (bar && end !== undefined && end - canvas.x(bar.from) >= needed + GAP)
    return shape + text(mark.words, end, middle, canvas, 'end', 'tl-on');
  return shape + beside(mark.words, at - radius, at + radius, lane, canvas, middle);
}

/** Words after what they belong to, or before it, where there is room; never across the line of now. */
function beside(words: string, from: number, to: number, lane: Lane, canvas: Canvas, y: number): string {
  const needed = widthOf(words, canvas.fontSize);
  const { x, labelWidth, right, now } = canvas;
  const others = [
    ...lane.spans.map((span) => [x(span.from), x(span.to)] as const),
    ...lane.marks.map(
      (mark) => [x(mark.at) - canvas.barHeight / 2, x(mark.at) + canvas.barHeight / 2] as const,
    ),
  ];
  const isFree = (left: number) =>
    !others.some(([a, b]) => a < left + needed && left < b) &&
    !(now !== undefined && left < now && now < left + needed);
  const after = now !== undefined && Math.abs(to - now) < GAP ? now + 2 * GAP : to + GAP;
  if (after + needed <= right + RIGHT && isFree(after))
    return text(words, after, y, canvas, 'start', 'tl-out');
  const before = from - GAP;
  const isOver = (left: number, right: number) => left < before && before - needed < right;
  const radius = canvas.barHeight / 2;
  const isTaken =
    lane.marks.some(({ at }) => isOver(x(at) - radius, x(at) + radius)) ||
    lane.spans.some((span) => span.kind !== 'waits' && isOver(x(span.from), x(span.to)));
  if (before - needed >= labelWidth && !isTaken) return text(words, before, y, canvas, 'end', 'tl-out');
  return '';
}

function killLines(kills: Kill[], { x, top, right, fontSize }: Canvas, bottom: number): string[] {
  const lines = kills.map(({ at }) => `<path class="tl-cut" d="M${x(at)} 4V${bottom}"/>`);
  const groups: Kill[][] = [];
  for (const kill of kills) {
    const group = groups.at(-1);
    const before = group?.at(-1);
    const taken = group ? widthOf(wordsOfKills(group), fontSize, 0.61) + 2 * GAP : 0;
    if (group && before && x(kill.at) - x(before.at) < Math.max(ONE_LABEL, taken)) group.push(kill);
    else groups.push([kill]);
  }
  const labels = groups.map((group) => {
    const words = wordsOfKills(group);
    const [first, last] = [x(group[0]?.at ?? 0), x(group.at(-1)?.at ?? 0)];
    const fits = last + GAP + widthOf(words, fontSize, 0.61) <= right + RIGHT;
    const [at, anchor] = fits ? [last + GAP, 'start'] : [first - GAP, 'end'];
    return `<text class="tl-kill" x="${at}" y="${top - 14}" font-size="${fontSize}" text-anchor="${anchor}">${escapeXml(words)}</text>`;
  });
  return [...lines, ...labels];
}

function wordsOfKills(group: Kill[]): string {
  const words = [...new Set(group.map((kill) => kill.words))];
  if (words.length > 1) return words.join(', ');
  return group.length === 1
    ? (words[0] ?? '')
    : `${words[0]}, ${group.length === 2 ? 'twice' : `${group.length} times`}`;
}

function crosses(kills: Kill[], lane: Lane, { x, only, barHeight }: Canvas, middle: number): string[] {
  const radius = only ? barHeight / 2 : barHeight / 2 + 5;
  return kills
    .filter((kill) => kill.lane === lane.name)
    .map(({ at }) => shapeOf('killed', x(at), middle, radius));
}

function drawNow({ now = 0, top, laneHeight, id }: Canvas, bottom: number): string {
  const ring = `<circle id="${id}-now" class="tl-ring" cx="${now}" cy="${top + laneHeight / 2}" r="10"/>`;
  return `<path class="tl-now" d="M${now} ${top + laneHeight / 2 + 10}V${bottom}"/>${ring}`;
}

/** The shapes of the vocabulary, and the one for what was killed, around a middle. */
function shapeOf(shape: Mark['shape'] | 'killed', cx: number, cy: number, radius: number): string {
  const scale = round(radius / 12);
  const inside = {
    done: '<circle class="tl-done" r="12"/><path class="tl-stroke" d="M-5.5 .5l4 4 7-8"/>',
    failed: '<circle class="tl-ground" r="12"/><path class="tl-cross" d="M-6-6L6 6M6-6L-6 6"/>',
    fired: '<circle class="tl-clock" r="10"/><path class="tl-hands" d="M0-5.500v6l3.500 2"/>',
    retry:
      '<circle class="tl-ground" r="12"/><path class="tl-arrow" d="M8 0a8 8 0 1 1-2.500-5.800M9-9v6h-6"/>',
    killed:
      '<circle class="tl-killed" r="12"/><path class="tl-stroke" d="M-4.500-4.500l9 9M4.500-4.500l-9 9"/>',
  }[shape];
  return `<g class="tl-mark tl-mark-${shape}" transform="translate(${cx} ${cy}) scale(${scale})">${inside}</g>`;
}

function text(
  words: string,
  x: number,
  middle: number,
  { fontSize }: Canvas,
  anchor: 'start' | 'middle' | 'end',
  where: string,
): string {
  return `<text class="${where}" x="${round(x)}" y="${middle}" dy=".36em" font-size="${fontSize}" text-anchor="${anchor}">${escapeXml(words)}</text>`;
}

/** How wide words are in Inter, or with 0.61 in JetBrains Mono: an estimate, since a server cannot measure. */
function widthOf(words: string, fontSize: number, perCharacter = 0.54): number {
  return words.length * fontSize * perCharacter;
}

function round(pixels: number): number {
  return Math.round(pixels * 100) / 100;
}

/** The log of faults may say anything. */
function escapeXml(words: string): string {
  return words.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
