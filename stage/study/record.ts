// What the reader has predicted and which exercise has passed, in the stage's folder: nothing that could not be made anew.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { makeStageFolder } from '../leftovers.ts';
import { stageFolder } from '../settings.ts';
import { LETTERS } from './questions.ts';

const recordSchema = z.object({
  /** The letter by the name of the question. */
  predictions: z.record(z.string(), z.enum(LETTERS)),
  /** The fingerprint of the code that passed, by the name of the exercise. */
  passed: z.record(z.string(), z.string()),
});
export type StudyRecord = z.infer<typeof recordSchema>;

const NOTHING: StudyRecord = { predictions: {}, passed: {} };

/** All of it; nothing where there is none, or none that can be read. */
export function readRecord(): StudyRecord {
  try {
    return recordSchema.parse(JSON.parse(readFileSync(file(), 'utf8')));
  } catch {
    return NOTHING;
  }
}

/** Adds to what is there. */
export function remember({ predictions, passed }: Partial<StudyRecord>): void {
  const before = readRecord();
  makeStageFolder(stageFolder());
  const after = {
    predictions: { ...before.predictions, ...predictions },
    passed: { ...before.passed, ...passed },
  };
  writeFileSync(file(), `${JSON.stringify(after, undefined, 2)}\n`);
}

function file(): string {
  return join(stageFolder(), 'study.json');
}
