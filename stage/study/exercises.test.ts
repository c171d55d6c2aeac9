// What every exercise must have: two folders, a section in the README, and a hint; and when its code counts as changed.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { ROOT } from '../settings.ts';
import { readStudyOrder } from './args.ts';
import { EXERCISES, fingerprint, folderOf } from './exercises.ts';

const readme = readFileSync(join(ROOT, 'presenter-notes', 'self-study', 'README.md'), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'exercise-'));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe.each(EXERCISES)('$name', (exercise) => {
  it('has a start and a solution, and a section that says what to do and why', () => {
    expect(existsSync(folderOf(exercise, 'start'))).toBe(true);
    expect(existsSync(join(folderOf(exercise, 'solution'), 'workflow.ts'))).toBe(true);
    const section = readme
      .split(/^##+ /m)
      .find((part) => part.includes(`self-study/${exercise.name}/start\``));
    for (const part of ['\n\nYou need', '\n\nWhy it matters: ']) expect(section).toContain(part);
  });

  it('has a hint on demand', () => {
    expect(readStudyOrder([exercise.name, 'hint'])).toEqual({ what: 'hint', exercise });
    expect(exercise.hint).toMatch(/^.{20,120}[.?]$/);
  });
});

it('a change in a folder below is a change of the code, too', () => {
  mkdirSync(join(folder, 'below'), { recursive: true });
  const empty = fingerprint(folder);
  writeFileSync(join(folder, 'below', 'activities.ts'), 'export {};');
  const written = fingerprint(folder);
  writeFileSync(join(folder, 'below', 'activities.ts'), 'export { };');
  expect(new Set([empty, written, fingerprint(folder)]).size).toBe(3);
});
