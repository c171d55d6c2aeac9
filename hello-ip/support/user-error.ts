// An error that the user can fix: two sentences, the fact and then the fix, and no stack trace.

/** An error whose message is all that a user needs to see; whatever runs the program prints just that. */
export function userError(message: string): Error {
  return Object.assign(new Error(message), { name: 'UserError' });
}
