// Whether an exercise has a third Activity, which gets the location and whose word is in the greeting.
import { defaultPayloadConverter } from '@temporalio/common';
import type { Checked } from '../exercises.ts';
import { type Lab, type Outcome, scheduled } from '../lab.ts';

/** Looks at one greeting and its Event History. */
export async function* checkThirdStep(lab: Lab): AsyncGenerator<Checked> {
  const outcome = await lab.withWorker({}, async (greet) => (await greet('Ziggy')).outcome());
  const names = scheduled(outcome);
  const { input, result } = lastStep(outcome);
  yield { so: outcome.greeting !== undefined, fact: `The greeting: ${outcome.greeting ?? outcome.reason}` };
  const isThird = names.length === 3 && names[0] === 'getIP' && names[1] === 'getLocationInfo';
  yield {
    so: isThird,
    fact: `Activities in the Event History: ${names.join(', ') || 'none'}; a third one behind the two is wanted, by proxyActivities.`,
  };
  if (!isThird) return;
  yield {
    so: JSON.stringify(input).includes('Vienna'),
    fact: `The last one was given ${JSON.stringify(input)}; the location is wanted.`,
  };
  yield {
    so: typeof result === 'string' && (outcome.greeting ?? '').startsWith(result),
    fact: `It returned ${JSON.stringify(result)}; the greeting is to begin with it.`,
  };
}

/** What went into the Activity that was scheduled last, and what came out of it. */
function lastStep({ events }: Outcome): { input: unknown[]; result: unknown } {
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
