// The self-study as a reader goes through it, for its tests: a stage from a copy of this clone, and a terminal beside it.
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import { LETTERS, type Question } from '../../stage/study/questions.ts';
import { copyOfClone, freePorts, type Program, run, startStage } from './harness.ts';

/** A reader with a stage. */
export interface Reader {
  /** The copy of the clone, whose code is the reader's to change. */
  root: string;
  stage: Program;
  /** `npm run study` with these words. */
  study(...words: string[]): Promise<{ code: number | null; said: string }>;
}

/** Brings up a stage for a reader; cleanUp ends it. */
export async function startReading(): Promise<Reader> {
  const root = copyOfClone();
  const stage = await startStage([], { root });
  return { root, stage, study: (...words) => command({ root, stage }, 'stage/commands/study.ts', words) };
}

/** Reads the question, does what it says, and predicts until one letter is right, which the greeting has to show. */
export async function predictRight(reader: Reader, { name, ask, run, why }: Question): Promise<void> {
  const { study } = reader;
  expect((await study(name)).said).toContain(ask);
  // However many greetings there are already: none of them was begun after the prediction.
  expect((await study(name, 'a')).said).toContain('Noted: a.');
  for (const line of run) await follow(reader, line);
  for (const letter of LETTERS) {
    const { said } = await study(name, letter);
    if (said.includes('A hint: ')) continue;
    expect(said).toContain(`Right: ${letter}.`);
    expect(said).toContain(why);
    expect(said).toMatch(/\(event \d+, [\d:.]+\)/);
    return;
  }
  throw new Error('no prediction was right');
}

/** The start of an exercise does not pass, and its solution does. */
export async function expectSolvable({ study }: Reader, name: string): Promise<void> {
  const start = await study(name);
  expect(start).toMatchObject({ code: 1, said: expect.stringContaining('✘') });
  expect(start.said).toContain(`Not yet. Change the code, then run again: npm run study ${name}`);
  const solution = await study(name, 'solution');
  expect(solution).toMatchObject({ code: 0 });
  expect(solution.said).not.toContain('✘');
}

/** Changes a file of an exercise's solution, and puts it where the reader's own is. */
export function tryVariant(
  { root }: Reader,
  name: string,
  file: string,
  change: (solution: string) => string,
): void {
  const folder = join(root, 'presenter-notes', 'self-study', name);
  cpSync(join(folder, 'solution'), join(folder, 'start'), { recursive: true });
  const solution = readFileSync(join(folder, 'solution', file), 'utf8');
  expect(change(solution)).not.toBe(solution);
  writeFileSync(join(folder, 'start', file), change(solution));
}

/** Runs one of the kit's commands on this stage, in the copy of the clone. */
async function command({ root, stage }: Pick<Reader, 'root' | 'stage'>, file: string, words: string[]) {
  // No port is set in this terminal: they are the stage's to tell.
  const ports = await freePorts();
  const program = await run(file, words, { root, ports, folder: stage.folder });
  const { code } = await program.ended();
  return { code, said: program.output() };
}

/** What a reader would do with a line that is to be run. */
async function follow(reader: Reader, line: string): Promise<void> {
  const [, seconds] = /^Wait for (\d+) seconds/.exec(line) ?? [];
  if (seconds) return void (await delay(Number(seconds) * 1000));
  const words = line.replace('npm run stage ', '').split(' ');
  const { code, said } = await command(reader, 'stage/commands/stage.ts', words);
  expect({ line, code, said }).toMatchObject({ code: 0 });
}
