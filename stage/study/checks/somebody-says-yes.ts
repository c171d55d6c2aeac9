// Whether an exercise greets as soon as somebody says yes, and declines when nobody does in time.
import type { Event } from '../../claims/history.ts';
import type { CheckResult, ExerciseWorker, Greet } from '../exercise-worker.ts';

const hasTimer = (events: Event[]) => events.some((event) => event.timerStartedEventAttributes);
const isTimeUp = (events: Event[]) => events.some((event) => event.timerFiredEventAttributes);

/** Starts two greetings, replaces the Worker while both wait, and says yes to one of them. */
export async function* checkSomebodySaysYes(worker: ExerciseWorker): AsyncGenerator<CheckResult> {
  const taskQueue = `study-yes-${process.pid}`;
  const [ziggy, ada] = await worker.withWorker({ taskQueue }, (greet) =>
    Promise.all([startWaiting(greet, 'Ziggy'), startWaiting(greet, 'Ada')]),
  );
  yield {
    holds: ziggy !== undefined && ada !== undefined,
    fact: 'Before it greets, it waits for a yes, with a Timer for the time limit.',
    hint: "condition(() => isApproved, '5 seconds') of @temporalio/workflow waits for a variable, and starts that Timer.",
  };
  if (!ziggy || !ada) return;
  const { approved, ignored } = await worker.withWorker({ taskQueue }, async (_greet, follow) => {
    const [first, second] = [follow(ziggy), follow(ada)];
    // One that has ended meanwhile takes no Signal; what is wrong with it is said below.
    await first.handle.signal('approve').catch(() => {});
    const [approved, ignored] = await Promise.all([first.outcome(), second.outcome()]);
    return { approved, ignored };
  });
  yield {
    holds: /Hello.*Ziggy/.test(approved.greeting ?? ''),
    fact: `When somebody says yes, after a change of Workers: ${approved.greeting ?? approved.reason}`,
    hint: 'The handler of the Signal "approve" sets a variable; set it up before you wait.',
  };
  yield {
    holds: !isTimeUp(approved.events),
    fact: 'A yes ends the wait at once.',
    hint: 'sleep lasts as long as it lasts; condition ends when its function returns true.',
  };
  yield {
    holds: /sorry/i.test(ignored.greeting ?? '') && /Ada/.test(ignored.greeting ?? ''),
    fact: `When nobody says yes, which should be answered with the name and a "sorry": ${ignored.greeting ?? ignored.reason}`,
    hint: 'condition with a time limit returns whether it became true in time. Did you await it?',
  };
}

/** Its Workflow Id once it waits; undefined if it never does. */
async function startWaiting(greet: Greet, name: string): Promise<string | undefined> {
  const { handle, untilHistory } = await greet(name);
  if (hasTimer(await untilHistory(hasTimer))) return handle.workflowId;
  await handle.terminate('stuck in an exercise').catch(() => {}); // most likely it has ended
  return undefined;
}
