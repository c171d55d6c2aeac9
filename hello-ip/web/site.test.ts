// Every colour of the vocabulary can be read from the back row: contrast of 6:1 on both backgrounds, of 5.2:1 for what is only a label.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { vocabulary } from './vocabulary.ts';

const css = readFileSync(new URL('./public/colours.css', import.meta.url), 'utf8');

describe.each([
  ['light', 1],
  ['dark', 2],
])('on the %s background', (_theme, side) => {
  const colors = new Set(['ink', ...Object.values(vocabulary).map(({ color }) => color)]);
  it.each([...colors])('%s stands out', (color) => {
    expect(contrast(token(color, side), token('background', side))).toBeGreaterThanOrEqual(
      color === 'quiet' ? 5.2 : 6,
    );
  });
});

function token(name: string, side: number): string {
  const value = css.match(new RegExp(`--${name}: light-dark\\((#[0-9a-f]{6}), (#[0-9a-f]{6})\\);`))?.[side];
  if (!value) throw new Error(`colours.css has no --${name}`);
  return value;
}

/** WCAG 2.2: (lighter + 0.05) / (darker + 0.05). */
function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
