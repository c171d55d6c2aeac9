// A user error that a page answers with a status of its own.
import { userError } from '../../hello-ip/support/user-error.ts';

/** A user error with a code, by which the API chooses its status. */
export function problem(code: 'NOT_FOUND' | 'CONFLICT' | 'TOO_LARGE', message: string): Error {
  return Object.assign(userError(message), { code });
}
