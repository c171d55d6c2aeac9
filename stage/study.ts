// Tells the reader whether a prediction was right, or an exercise is solved: npm run study [name] [a|b|c|solution].
import { relative } from 'node:path';
import { userError } from '../hello-ip/user-error.ts';
import { vocabulary } from '../hello-ip/web/vocabulary.ts';
import { borrowStage } from './borrowed-stage.ts';
import { isAway } from './claims/service.ts';
import { whenToldToLeave } from './leaving.ts';
import { type Exercise, fingerprint, folderOf } from './study/exercises.ts';
import { openLab } from './study/lab.ts';
import { pathLines } from './study/path.ts';
import { predict } from './study/predict.ts';
import { remember } from './study/record.ts';
import { readStudyOrder } from './study/words.ts';

const INTERRUPTED = 130; // what a shell makes of Ctrl-C

const order = readStudyOrder(process.argv.slice(2));
if (order.what === 'path') say(await pathLines());
if (order.what === 'question') say(await predict(order.question, order.prediction));
if (order.what === 'exercise') process.exit((await examine(order.exercise, order.part)) ? 0 : 1);

function say(lines: string[]): void {
  for (const line of lines) console.log(line);
}

/** Checks the code of an exercise on the stage that is up, or on one that is there for as long as it takes. */
async function examine(exercise: Exercise, part: 'start' | 'solution'): Promise<boolean> {
  const folder = folderOf(exercise, part);
  say([`${exercise.task} The code: ${relative('', folder)}`]);
  const lab = await openLab(folder);
  const before = fingerprint(folder);
  const stage = await borrowStage((line) => say([line]));
  whenToldToLeave(
    () => void stage.leave().finally(() => process.exit(INTERRUPTED)),
    () => process.exit(INTERRUPTED),
  );
  try {
    await stage.ready;
    let passed = true;
    for await (const { so, fact } of exercise.check(lab)) {
      say([`${(so ? vocabulary.done : vocabulary.failed).symbol} ${fact}`]);
      passed &&= so;
    }
    conclude(exercise, part, passed, before);
    return passed;
  } catch (error) {
    if (!isAway(error)) throw error;
    throw userError('The Temporal Service went away meanwhile. Start it: npm run stage start server');
  } finally {
    await stage.leave();
  }
}

function conclude({ name }: Exercise, part: 'start' | 'solution', passed: boolean, code: string): void {
  if (part === 'solution') return;
  if (passed) remember({ passed: { [name]: code } });
  say([
    passed ? 'Solved. Next: npm run study' : `Not yet. Change the code, then again: npm run study ${name}`,
  ]);
}
