// A row of apps at a glance: a square for each while there are few, shares of a bar where there are many.
import type { State } from '../tree.ts';

const SIDE = 20;
const GAP = 4;

/** How many squares there may be, and how long the bar is otherwise, in pixels. */
export interface StripSize {
  squares: number;
  bar: number;
}
export const CARD: StripSize = { squares: 12, bar: 280 };
export const LINE: StripSize = { squares: 6, bar: 140 };

/** In the order in which a deployment leaves them behind. */
const ORDER: State[] = ['running', 'failed', 'deploying', 'cancelled', 'pending'];

/** The SVG of these apps, hidden from screen readers, which have the words. */
export function stripOf(apps: readonly State[], size = CARD): string {
  const drawn = apps.length > size.squares ? shares(apps, size.bar) : squares(apps);
  return `<svg class="strip" viewBox="0 0 ${drawn.width} ${SIDE + 4}" width="${drawn.width}" height="${SIDE + 4}" aria-hidden="true">${drawn.parts}</svg>`;
}

function squares(apps: readonly State[]) {
  const parts = apps.map((state, index) => square(state, index * (SIDE + GAP) + 2)).join('');
  return { parts, width: apps.length * (SIDE + GAP) };
}

/** A shape in each, for who cannot see the colours. */
function square(state: State, x: number): string {
  const box = `<rect class="app-${state}" x="${x}" y="2" width="${SIDE - 2}" height="${SIDE}" rx="3"/>`;
  if (state === 'failed') return `${box}<path class="app-cross" d="M${x + 5} 7l8 10m0-10l-8 10"/>`;
  if (state === 'deploying')
    return `${box}<rect class="app-half" x="${x}" y="2" width="${SIDE / 2 - 1}" height="${SIDE}" rx="3"/>`;
  if (state === 'cancelled') return `${box}<path class="app-stroke" d="M${x + 4} ${SIDE - 2}l10-12"/>`;
  return box;
}

function shares(apps: readonly State[], bar: number) {
  let x = 0;
  const parts = ORDER.map((state) => {
    const width = (apps.filter((each) => each === state).length / apps.length) * bar;
    const from = x;
    x += width;
    return width === 0
      ? ''
      : `<rect class="app-${state}" x="${from.toFixed(1)}" y="2" width="${Math.max(3, width).toFixed(1)}" height="${SIDE}"/>`;
  });
  return { parts: parts.join(''), width: bar };
}
