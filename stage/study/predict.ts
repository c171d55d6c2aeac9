// One question: asked, or answered by the reader's own greeting.
import { executionUrl } from '../../hello-ip/web/web-ui.ts';
import { stageStatus } from '../control/client.ts';
import { webUiOf } from '../control/service-client.ts';
import { symbolOf } from '../processes/output.ts';
import { type Evidence, readEvidence } from './path.ts';
import { LETTERS, type Letter, QUESTIONS, type Question } from './questions.ts';
import { readRecord, remember } from './record.ts';

/**
 * What to tell the reader: the question, what to run, or whether the prediction was right.
 * @throws a user error when the Temporal Service does not answer
 */
export async function predict(question: Question, prediction: Letter | undefined): Promise<string[]> {
  const { name } = question;
  const before = readRecord().predictions[name];
  const noted = prediction ? { letter: prediction, since: before?.since ?? Date.now() } : before;
  if (!noted) return ask(question);
  if (prediction) remember({ predictions: { [name]: noted } });
  const predicted = noted.letter;
  const status = await stageStatus();
  const answer = (await readEvidence([question], { [name]: noted }, status)).get(name);
  if (!answer) return linesToRun(question, predicted, status !== undefined);
  const { workflowId, runId } = answer.seen;
  const url = executionUrl(webUiOf(status), status?.service.namespace ?? 'default', workflowId, runId);
  if (answer.finding.letter !== predicted) return linesToTryAgain(question, predicted, answer, url);
  return confirm(question, predicted, answer, url);
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

function linesToRun({ name, run, choices }: Question, predicted: Letter, isStageUp: boolean): string[] {
  return [
    `Noted: ${predicted}. ${choices[predicted]}`,
    isStageUp ? 'Now run it, line by line:' : 'Now run it, line by line, with npm start in another terminal:',
    '',
    ...run.map((line) => `  ${line}`),
    '',
    `Then: npm run study ${name}`,
  ];
}

function linesToTryAgain(
  { name, hint }: Question,
  predicted: Letter,
  { seen }: Evidence,
  url: string,
): string[] {
  const others = LETTERS.filter((letter) => letter !== predicted).join(' or ');
  return [
    `${symbolOf('failed')} Not ${predicted}: your greeting ${seen.workflowId} says something else.`,
    `A hint: ${hint}`,
    `  ${url}`,
    `Try again: npm run study ${name} ${others}`,
  ];
}

function confirm(
  { name, choices, why }: Question,
  predicted: Letter,
  { seen, finding }: Evidence,
  url: string,
): string[] {
  const next = QUESTIONS[QUESTIONS.findIndex((question) => question.name === name) + 1];
  return [
    `${symbolOf('done')} Right: ${predicted}. ${choices[predicted]}`,
    `Your greeting ${seen.workflowId} says so:`,
    ...finding.facts.map((fact) => `  ${fact}`),
    `  ${url}`,
    `Why: ${why}`,
    `Next: npm run study${next ? ` ${next.name}` : ''}`,
  ];
}
