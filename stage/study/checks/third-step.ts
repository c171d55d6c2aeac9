// Whether an exercise has a third Activity, which asks a service about the location, and whose result begins the greeting.
import { defaultPayloadConverter } from '@temporalio/common';
import {
  type CheckResult,
  type ExerciseOutcome,
  type ExerciseWorker,
  scheduled,
} from '../exercise-worker.ts';

const PLACE = 'Vienna, Austria';

interface WordService {
  url: string;
  asked: string[];
  close(): void;
}

/** Looks at one greeting, its Event History, and what the word service was asked meanwhile. */
export async function* checkThirdStep(worker: ExerciseWorker): AsyncGenerator<CheckResult> {
  const { openWordService } = await worker.beside<{ openWordService(): Promise<WordService> }>('words.ts');
  const { url, asked, close } = await openWordService();
  process.env.WORD_SERVICE = url;
  const greetOnce = worker.withWorker({}, async (greet) => (await greet('Ziggy')).outcome());
  const outcome = await greetOnce.finally(close);
  const names = scheduled(outcome);
  const { input, result } = lastStep(outcome);
  yield {
    holds: outcome.greeting !== undefined,
    fact: `The greeting: ${outcome.greeting ?? outcome.reason}`,
  };
  const isThird = names.length === 3 && names[0] === 'getIP' && names[1] === 'getLocationInfo';
  yield {
    holds: isThird,
    fact: `Activities in the Event History: ${names.join(', ') || 'none'}; there should be a third one after those two, called through proxyActivities.`,
  };
  if (!isThird) return;
  yield {
    holds: JSON.stringify(input).includes(PLACE),
    fact: `The last one was given ${JSON.stringify(input)}; it should be the location.`,
  };
  yield {
    holds: asked.includes(PLACE),
    fact: `The word service was asked about: ${asked.join('; ') || 'nothing'}; it should be ${PLACE}.`,
    hint: 'A step that asks nobody needs no Activity. The address of the service is in process.env.WORD_SERVICE, which only an Activity can read.',
  };
  yield {
    holds: typeof result === 'string' && (outcome.greeting ?? '').startsWith(result),
    fact: `It returned ${JSON.stringify(result)}; the greeting should begin with it.`,
    hint: result === null ? 'Did the Activity return the word, and did you await it?' : undefined,
  };
}

/** What went into the Activity that was scheduled last, and what came out of it. */
function lastStep({ events }: ExerciseOutcome): { input: unknown[]; result: unknown } {
  const step = events.findLast((event) => event.activityTaskScheduledEventAttributes);
  const completed = events
    .map((event) => event.activityTaskCompletedEventAttributes)
    .find((attributes) => attributes && String(attributes.scheduledEventId) === String(step?.eventId));
  const decode = (payloads: unknown[] | null | undefined) =>
    (payloads ?? []).map((payload) => defaultPayloadConverter.fromPayload(payload as never));
  return {
    input: decode(step?.activityTaskScheduledEventAttributes?.input?.payloads),
    result: decode(completed?.result?.payloads)[0] ?? null,
  };
}
