// What is said when a greeting could not be started.
import { codeOf, type troubleLog } from '../support/service-error.ts';

const SERVICE_AWAY =
  'The Temporal Service is away. Press Get Greeting again when it is back: nothing is lost.';

/**
 * Notes the trouble, and says what to answer.
 * @throws the error itself, if it is not the Temporal Service's
 */
export function notStarted(
  error: unknown,
  noteTrouble: ReturnType<typeof troubleLog>,
): { status: 502 | 503; words: string } {
  if (codeOf(error) === undefined) throw error;
  const trouble = noteTrouble(error);
  return trouble ? { status: 502, words: trouble } : { status: 503, words: SERVICE_AWAY };
}
