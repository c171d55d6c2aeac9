// One question: asked, or answered by the reader's own greeting.
import { vocabulary } from '../../hello-ip/web/vocabulary.ts';
import { executionUrl } from '../../hello-ip/web/web-ui.ts';
import { stageStatus } from '../ask.ts';
import { readPorts } from '../settings.ts';
import { type Answer, readAnswers } from './path.ts';
import { LETTERS, type Letter, QUESTIONS, type Question } from './questions.ts';
import { readRecord, remember } from './record.ts';

/**
 * What is to be said to the reader: the question, what to run, or whether the prediction was right.
 * @throws a user's error when the Temporal Service does not answer
 */
export async function predict(question: Question, prediction: Letter | undefined): Promise<string[]> {
  const { name } = question;
  if (prediction) remember({ predictions: { [name]: prediction } });
  const predicted = readRecord().predictions[name];
  if (!predicted) return ask(question);
  const answer = (await readAnswers([question])).get(name);
  if (!answer) return tellToRun(question, predicted);
  if (answer.finding.letter !== predicted) return tellToTryAgain(question, predicted, answer);
  return confirm(question, predicted, answer);
}

function ask({ name, read, ask, choices }: Question): string[] {
  return [
    `Read: ${read.join('; ')}`,
    '',
    ask,
    ...LETTERS.map((letter) => `  ${letter}  ${choices[letter]}`),
    '',
    `Predict, before you run anything: npm run study ${name} a (or b, or c)`,
  ];
}

async function tellToRun({ name, run, choices }: Question, predicted: Letter): Promise<string[]> {
  return [
    `Noted: ${predicted}. ${choices[predicted]}`,
    (await stageStatus())
      ? 'Now run it, line by line:'
      : 'Now run it, line by line, with npm start in another terminal:',
    '',
    ...run.map((line) => `  ${line}`),
    '',
    `Then: npm run study ${name}`,
  ];
}

function tellToTryAgain({ name, hint }: Question, predicted: Letter, { seen }: Answer): string[] {
  const others = LETTERS.filter((letter) => letter !== predicted).join(' or ');
  return [
    `${vocabulary.failed.symbol} Not ${predicted}: your greeting ${seen.workflowId} says something else.`,
    `A hint: ${hint}`,
    `  ${urlOf(seen.workflowId, seen.runId)}`,
    `Try again: npm run study ${name} ${others}`,
  ];
}

function confirm({ name, choices, why }: Question, predicted: Letter, { seen, finding }: Answer): string[] {
  const next = QUESTIONS[QUESTIONS.findIndex((question) => question.name === name) + 1];
  return [
    `${vocabulary.done.symbol} Right: ${predicted}. ${choices[predicted]}`,
    `Your greeting ${seen.workflowId} says so:`,
    ...finding.facts.map((fact) => `  ${fact}`),
    `  ${urlOf(seen.workflowId, seen.runId)}`,
    `Why: ${why}`,
    `Next: npm run study${next ? ` ${next.name}` : ''}`,
  ];
}

function urlOf(workflowId: string, runId: string): string {
  return executionUrl(`http://127.0.0.1:${readPorts().ui}`, 'default', workflowId, runId);
}
