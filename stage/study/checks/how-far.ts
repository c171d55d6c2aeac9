// Whether an exercise answers the Query "howFar" at each of its steps, even on a Worker that has replayed it.

import type { CheckResult, ExerciseWorker, StartedGreeting } from '../exercise-worker.ts';

const ANSWERS_WITHIN_MS = 5000;

/** Stops the greeting at each step, and asks. */
export async function* checkHowFar(worker: ExerciseWorker): AsyncGenerator<CheckResult> {
  const [address, location] = [gate(), gate()];
  const activities = {
    getIP: () => address.pass('198.51.100.7'),
    getLocationInfo: () => location.pass('Vienna, Austria'),
  };
  const found = await worker.withWorker({ activities }, async (greet) => {
    const greeting = await greet('Ziggy');
    // A greeting that never gets there has ended some other way, or counts as stuck.
    const outcome = greeting.outcome();
    await Promise.race([address.reached, outcome]);
    const answers = [await ask(greeting)];
    address.open();
    answers.push(await untilOther(greeting, answers[0]));
    await Promise.race([location.reached, outcome]);
    answers.push(await ask(greeting));
    location.open();
    return { outcome: await outcome, answers: [...answers, await ask(greeting)] };
  });
  const wanted = ['address', 'sleeping', 'location', 'done'];
  const when = [
    'While getIP is running',
    'During the Timer',
    'While getLocationInfo is running',
    'At the end',
  ];
  for (const [index, answer] of found.answers.entries())
    yield {
      holds: answer === wanted[index],
      fact: `${when[index]} the answer is ${JSON.stringify(answer)}; it should be "${wanted[index]}".`,
    };
  yield {
    holds: found.outcome.greeting?.includes('Ziggy') ?? false,
    fact: `It still greets: ${found.outcome.greeting ?? found.outcome.reason}`,
  };
}

/** An Activity that can be waited for, and only returns when told to. */
function gate() {
  let open = () => {};
  let reach = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const reached = new Promise<void>((resolve) => {
    reach = resolve;
  });
  const pass = async (answer: string) => {
    reach();
    await opened;
    return answer;
  };
  return { open: () => open(), reached, pass };
}

/** The answer, or why there is none. */
async function ask({ handle }: StartedGreeting): Promise<string> {
  return handle.query<string>('howFar').catch((error: Error) => error.message.split('. ')[0] ?? '');
}

/** Asks until the Workflow has got further. */
async function untilOther(greeting: StartedGreeting, before: string | undefined): Promise<string> {
  const until = Date.now() + ANSWERS_WITHIN_MS;
  for (;;) {
    const answer = await ask(greeting);
    if (answer !== before || Date.now() > until) return answer;
  }
}
