// The whole path: what is done, what is next, worked out from the greetings, the predictions and the reader's code.
import { vocabulary } from '../../hello-ip/web/vocabulary.ts';
import type { Seen } from '../claims/world.ts';
import { listDrills } from '../notes/pages.ts';
import { withClient } from '../service-client.ts';
import { EXERCISES, fingerprint, folderOf } from './exercises.ts';
import { greetings } from './greetings.ts';
import { type Finding, QUESTIONS, type Question } from './questions.ts';
import { readRecord, type StudyRecord } from './record.ts';

const WIDTH = 14;

/** The newest greeting that says something to the question. */
export interface Answer {
  seen: Seen;
  finding: Finding;
}

/**
 * What the reader's greetings say, by the name of the question; those that no greeting has been through are missing.
 * @throws a user's error when the Temporal Service does not answer
 */
export async function readAnswers(questions: readonly Question[]): Promise<Map<string, Answer>> {
  const answers = new Map<string, Answer>();
  await withClient(async (client) => {
    for await (const seen of greetings(client)) {
      for (const { name, look } of questions) {
        const finding = answers.has(name) ? undefined : look(seen);
        if (finding) answers.set(name, { seen, finding });
      }
      if (answers.size === questions.length) return;
    }
  });
  return answers;
}

/** A line for each part of the path. */
export async function pathLines(): Promise<string[]> {
  const record = readRecord();
  const answers = await readAnswers(QUESTIONS).catch((error: Error) => {
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
    const { symbol } = done ? vocabulary.done : vocabulary.waiting;
    return `  ${symbol} ${name.padEnd(WIDTH)}${note || about}`;
  };
  return [
    'Predict, run it, and let your own Event History say whether you were right:',
    ...demos.map(line),
    'Change code, in presenter-notes/self-study/<name>/start:',
    ...exercises.map(line),
    '',
    ...(answers ? [] : ['Your greetings cannot be read: no Temporal Service answers. Start it: npm start']),
    next ? `Next: npm run study ${next.name}` : 'All of it is done. What would you kill next?',
    'How to go about it: presenter-notes/self-study/README.md',
  ];
}

function standingOf({ name }: Question, { predictions }: StudyRecord, answer: Answer | undefined) {
  const prediction = predictions[name];
  if (!prediction) return { done: false, note: '' };
  if (!answer) return { done: false, note: `predicted ${prediction}; run it now` };
  if (answer.finding.letter !== prediction)
    return { done: false, note: `predicted ${prediction}, and it was otherwise; try again` };
  return { done: true, note: '' };
}
