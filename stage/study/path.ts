// The whole path: what is done and what comes next, worked out from the greetings, the predictions and the reader's code.
import { timeOf } from '../claims/history.ts';
import type { GreetingSnapshot } from '../claims/observations.ts';
import type { StageStatus } from '../control/client.ts';
import { withClient } from '../control/service-client.ts';
import { listDrills } from '../notes/pages.ts';
import { symbolOf } from '../processes/output.ts';
import { EXERCISES, fingerprint, folderOf } from './exercises.ts';
import { greetings } from './greetings.ts';
import { type HistoryFinding, QUESTIONS, type Question } from './questions.ts';
import { readRecord, type StudyRecord } from './record.ts';

const WIDTH = 19;

/** The newest greeting that answers the question. */
export interface Evidence {
  seen: GreetingSnapshot;
  finding: HistoryFinding;
}

/**
 * What the reader's greetings say, by the name of the question; questions that no greeting answers are missing. A
 * greeting from before the prediction answers nothing: it may be left over from a rehearsal.
 * @throws a user error when the Temporal Service does not answer
 */
export async function readEvidence(
  questions: readonly Question[],
  predictions: StudyRecord['predictions'],
  stage?: StageStatus,
): Promise<Map<string, Evidence>> {
  const answers = new Map<string, Evidence>();
  await withClient(async (client) => {
    for await (const seen of greetings(client)) {
      for (const { name, look } of questions) {
        const isLater = begunAt(seen) >= (predictions[name]?.since ?? Number.POSITIVE_INFINITY);
        const finding = isLater && !answers.has(name) ? look(seen) : undefined;
        if (finding) answers.set(name, { seen, finding });
      }
      if (answers.size === questions.length) return;
    }
  }, stage);
  return answers;
}

function begunAt({ events: [first] }: GreetingSnapshot): number {
  return first ? timeOf(first) : 0;
}

/** A line for each part of the path. */
export async function pathLines(): Promise<string[]> {
  const record = readRecord();
  const answers = await readEvidence(QUESTIONS, record.predictions).catch((error: Error) => {
    if (error.name !== 'UserError') throw error;
    return undefined;
  });
  const drills = listDrills();
  const demos = QUESTIONS.map((question) => ({
    name: question.name,
    about: drills.find(({ name }) => name === question.name)?.title ?? '',
    ...standingOf(question, record, answers?.get(question.name)),
  }));
  const exercises = EXERCISES.map((exercise) => ({
    name: exercise.name,
    about: exercise.task,
    done: record.passed[exercise.name] === fingerprint(folderOf(exercise, 'start')),
    note: '',
  }));
  const next = [...demos, ...exercises].find(({ done }) => !done);
  const line = ({ name, about, done, note }: (typeof demos)[number]) => {
    return `  ${symbolOf(done ? 'done' : 'waiting')} ${name.padEnd(WIDTH)}${note || about}`;
  };
  return [
    'Predict, run it, and let your own Event History say whether you were right:',
    ...demos.map(line),
    'Change code, in presenter-notes/self-study/<name>/start:',
    ...exercises.map(line),
    '',
    ...(answers ? [] : ['Your greetings cannot be read: no Temporal Service answers. Start it: npm start']),
    next ? `Next: npm run study ${next.name}` : 'Everything is done. What would you kill next?',
    'How it works: presenter-notes/self-study/README.md',
  ];
}

function standingOf({ name }: Question, { predictions }: StudyRecord, answer: Evidence | undefined) {
  const prediction = predictions[name]?.letter;
  if (!prediction) return { done: false, note: '' };
  if (!answer) return { done: false, note: `predicted ${prediction}; run it now` };
  if (answer.finding.letter !== prediction)
    return { done: false, note: `predicted ${prediction}, which was wrong; try again` };
  return { done: true, note: '' };
}
