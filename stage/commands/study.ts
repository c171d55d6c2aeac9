// Says whether a prediction was right, or whether an exercise is solved: npm run study [name] [a|b|c|solution|hint].

import { relative } from 'node:path';
import { toPlainText } from '../../hello-ip/support/plain-text.ts';
import { isAway } from '../../hello-ip/support/service-error.ts';
import { userError } from '../../hello-ip/support/user-error.ts';
import { borrowStage } from '../control/use-stage.ts';
import { symbolOf } from '../processes/output.ts';
import { INTERRUPTED, whenToldToLeave } from '../processes/shutdown.ts';
import { readStudyOrder } from '../study/args.ts';
import { openExerciseWorker } from '../study/exercise-worker.ts';
import { type Exercise, fingerprint, folderOf } from '../study/exercises.ts';
import { pathLines } from '../study/path.ts';
import { predict } from '../study/predict.ts';
import { remember } from '../study/record.ts';
import { helpIfAsked } from './help.ts';

helpIfAsked('npm run study [name] [a|b|c|solution|hint]');
const order = readStudyOrder(process.argv.slice(2));
if (order.what === 'path') print(await pathLines());
if (order.what === 'question') print(await predict(order.question, order.prediction));
if (order.what === 'hint') print([`A hint: ${order.exercise.hint}`]);
if (order.what === 'exercise') process.exit((await examine(order.exercise, order.part)) ? 0 : 1);

function print(lines: string[]): void {
  for (const line of lines) console.log(toPlainText(line)); // it quotes greetings, which may contain anything
}

/** Checks the code of an exercise on the stage that is up, or on one started just for this. */
async function examine(exercise: Exercise, part: 'start' | 'solution'): Promise<boolean> {
  const folder = folderOf(exercise, part);
  print([`${exercise.task} The code: ${relative('', folder)}`]);
  const worker = await openExerciseWorker(folder);
  const before = fingerprint(folder);
  const stage = await borrowStage((line) => print([line]));
  whenToldToLeave(
    () => void stage.leave().finally(() => process.exit(INTERRUPTED)),
    () => process.exit(INTERRUPTED),
  );
  try {
    await stage.ready;
    let passed = true;
    for await (const { holds, fact, hint } of exercise.check(worker)) {
      print([`${symbolOf(holds ? 'done' : 'failed')} ${fact}`]);
      if (!holds && hint) print([`  A hint: ${hint}`]);
      passed &&= holds;
    }
    conclude(exercise, part, passed, before);
    return passed;
  } catch (error) {
    if (!isAway(error)) throw error;
    throw userError('The Temporal Service went away during the check. Start it: npm run stage start server');
  } finally {
    await stage.leave();
  }
}

function conclude({ name }: Exercise, part: 'start' | 'solution', passed: boolean, code: string): void {
  if (part === 'solution') return;
  if (passed) remember({ passed: { [name]: code } });
  print([
    passed
      ? 'Solved. Next: npm run study'
      : `Not yet. Change the code, then run again: npm run study ${name}`,
  ]);
}
