// What the reader has predicted and which exercise has passed, in the stage's folder: nothing that could not be recreated.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writeOwnFile } from '../processes/own-files.ts';
import { makeStageFolder } from '../processes/pid-files.ts';
import { stageFolder } from '../settings.ts';
import { LETTERS } from './questions.ts';

const predictionSchema = z.object({
  letter: z.enum(LETTERS),
  /** When the question was first answered, in milliseconds since 1970: only greetings begun later can judge it. */
  since: z.number(),
});
export type Prediction = z.infer<typeof predictionSchema>;

const recordSchema = z.object({
  /** By the name of the question. */
  predictions: z.record(z.string(), predictionSchema),
  /** The fingerprint of the code that passed, by the name of the exercise. */
  passed: z.record(z.string(), z.string()),
});
export type StudyRecord = z.infer<typeof recordSchema>;

const NOTHING: StudyRecord = { predictions: {}, passed: {} };

/** The whole record; an empty one if there is none, or none that can be read. */
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
  writeOwnFile(file(), `${JSON.stringify(after, undefined, 2)}\n`);
}

function file(): string {
  return join(stageFolder(), 'study.json');
}
