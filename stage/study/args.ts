// The grammar of npm run study: words, not flags, because npm keeps flags for itself.
import { userError } from '../../hello-ip/support/user-error.ts';
import { nearest } from '../nearest.ts';
import { EXERCISES, type Exercise } from './exercises.ts';
import { LETTERS, type Letter, QUESTIONS, type Question } from './questions.ts';

/** What npm run study was asked for; with no words, what is done and what comes next. */
export type StudyOrder =
  | { what: 'path' }
  | { what: 'question'; question: Question; prediction?: Letter }
  | { what: 'hint'; exercise: Exercise }
  | { what: 'exercise'; exercise: Exercise; part: 'start' | 'solution' };

/** @throws a user error for an unknown word, with the nearest known one */
export function readStudyOrder(words: string[]): StudyOrder {
  const [name, second, ...rest] = words.map((word) => word.toLowerCase());
  if (name === undefined) return { what: 'path' };
  if (rest.length > 0) throw userError(`One at a time. Run: npm run study ${name} ${second}`);
  const question = QUESTIONS.find((candidate) => candidate.name === name);
  if (question) return { what: 'question', question, prediction: readLetter(name, second) };
  const exercise = EXERCISES.find((candidate) => candidate.name === name);
  if (!exercise) {
    const names = [...QUESTIONS, ...EXERCISES].map((known) => known.name);
    throw userError(`There is no "${name}". Did you mean: npm run study ${nearest(name, names)}`);
  }
  if (second === 'hint') return { what: 'hint', exercise };
  if (second !== undefined && second !== 'solution')
    throw userError(`"${second}" is not a part of an exercise. Run: npm run study ${name} solution`);
  return { what: 'exercise', exercise, part: second ?? 'start' };
}

function readLetter(name: string, word: string | undefined): Letter | undefined {
  if (word === undefined) return undefined;
  const letter = LETTERS.find((candidate) => candidate === word);
  if (!letter) throw userError(`"${word}" is not a, b or c. For example: npm run study ${name} a`);
  return letter;
}
