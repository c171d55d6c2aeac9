// The kind of error that is the user's to mend: two sentences, the fact and then what mends it, and no stack trace.

/** An error whose message is all that a user needs to see; whoever runs the program prints just that. */
export function userError(message: string): Error {
  return Object.assign(new Error(message), { name: 'UserError' });
}
