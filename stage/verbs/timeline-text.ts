// A timeline in characters: the lanes of the page, for a terminal of any width.
import { axisOf } from '../../hello-ip/web/timeline/axis.ts';
import type { Lane, Mark, Span, SpanKind, Timeline } from '../../hello-ip/web/timeline/timeline.ts';
import { vocabulary } from '../../hello-ip/web/vocabulary.ts';

/** Colours a text, if the terminal has colours. */
export type Paint = (colour: 'red' | 'green' | 'yellow' | 'blue', text: string) => string;

type Colour = Parameters<Paint>[0];

const LABEL = 16;
const BARS: Record<SpanKind, { character: string; colour: Colour }> = {
  alive: { character: '━', colour: 'green' },
  gone: { character: '┄', colour: 'red' },
  away: { character: '┄', colour: 'yellow' },
  timer: { character: '━', colour: 'blue' },
  'timer-rest': { character: '─', colour: 'blue' },
  waits: { character: '╱', colour: 'yellow' },
};
const MARKS: Record<Mark['shape'], { character: string; colour: Colour }> = {
  done: { character: vocabulary.done.symbol, colour: 'green' },
  failed: { character: vocabulary.failed.symbol, colour: 'red' },
  fired: { character: vocabulary.done.symbol, colour: 'blue' },
  retry: { character: vocabulary.retrying.symbol, colour: 'yellow' },
};
const KILLED = '✗';

/** The lines of a timeline, at most so many characters wide. */
export function linesOfTimeline(timeline: Timeline, columns: number, paint: Paint): string[] {
  const width = Math.max(20, columns - LABEL);
  const { total, ticks } = axisOf(timeline);
  const column = (ms: number) => Math.min(width - 1, Math.round((ms / total) * (width - 1)));
  return [
    ...killLines(timeline, column, width, paint),
    ...timeline.lanes.map((lane) => lineOf(lane, timeline, column, width, paint)),
    ' '.repeat(LABEL) + axisLine(ticks, column, width),
    ...(timeline.survived ? ['', timeline.survived] : []),
  ].map((line) => line.trimEnd());
}

/** A line for each thing that was done, over the place where it was done. */
function killLines(
  { kills }: Timeline,
  column: (ms: number) => number,
  width: number,
  paint: Paint,
): string[] {
  return kills.map(({ at, words }) => {
    const fits = column(at) + 2 + words.length <= width;
    const start = fits ? column(at) : Math.max(0, column(at) - words.length - 1);
    return ' '.repeat(LABEL + start) + paint('red', fits ? `${KILLED} ${words}` : `${words} ${KILLED}`);
  });
}

interface Cell {
  character: string;
  colour?: Colour;
}

function lineOf(
  lane: Lane,
  { kills }: Timeline,
  column: (ms: number) => number,
  width: number,
  paint: Paint,
): string {
  const cells: Cell[] = Array.from({ length: width }, () => ({ character: ' ' }));
  for (const span of lane.spans) fill(cells, span, column);
  const texts = [
    ...lane.spans.map(({ wordsFrom, from, to, words }) => ({
      from: column(wordsFrom ?? from),
      to: column(to),
      words,
      ofMark: false,
    })),
    ...lane.marks.map(({ at, words }) => ({ from: column(at), to: column(at), words, ofMark: true })),
  ];
  for (const { at, shape } of lane.marks) cells[column(at)] = MARKS[shape];
  for (const kill of kills.filter((kill) => kill.lane === lane.name))
    cells[column(kill.at)] = { character: KILLED, colour: 'red' };
  for (const text of texts) if (text.words) write(cells, text.words, text);
  return lane.label.padEnd(LABEL).slice(0, LABEL) + painted(cells, paint);
}

function fill(cells: Cell[], { kind, from, to }: Span, column: (ms: number) => number): void {
  for (let at = column(from); at <= column(to); at += 1) cells[at] = BARS[kind];
}

/** In the bar if it fits, else after it, else before it; only over blanks and bars, never over a mark. */
function write(
  cells: Cell[],
  words: string,
  { from, to, ofMark }: { from: number; to: number; ofMark: boolean },
): void {
  const needed = words.length + 2;
  const isFree = (start: number) =>
    start >= 0 &&
    start + needed <= cells.length &&
    cells.slice(start, start + needed).every(({ character }) => character === ' ');
  const isBar = (start: number) => to - from - 2 >= needed && noMark(cells.slice(start, start + needed));
  const middle = Math.round((from + to - needed) / 2) + 1;
  const inBarBefore = (start: number) =>
    ofMark && start >= 0 && start === from - needed && noMark(cells.slice(start, from));
  const start = isBar(middle) ? middle : [to + 1, from - needed].find((at) => isFree(at) || inBarBefore(at));
  if (start === undefined) return;
  for (const [index, character] of [...` ${words} `].entries()) cells[start + index] = { character };
}

function noMark(cells: Cell[]): boolean {
  const bars = Object.values(BARS).map(({ character }) => character);
  return cells.every(({ character }) => bars.includes(character));
}

function painted(cells: Cell[], paint: Paint): string {
  let line = '';
  for (let at = 0; at < cells.length; ) {
    const { colour } = cells[at] as Cell;
    const next = cells.findIndex((cell, index) => index > at && cell.colour !== colour);
    const end = next < 0 ? cells.length : next;
    const text = cells
      .slice(at, end)
      .map(({ character }) => character)
      .join('');
    line += colour ? paint(colour, text) : text;
    at = end;
  }
  return line;
}

function axisLine(
  ticks: { at: number; words: string }[],
  column: (ms: number) => number,
  width: number,
): string {
  let line = '';
  for (const { at, words } of ticks) {
    const start = Math.min(column(at), width - words.length);
    if (start >= line.length + (line ? 1 : 0)) line = line.padEnd(start) + words;
  }
  return line;
}
