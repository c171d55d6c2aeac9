// Exercise "blank page", solved: two Activities that print their names, so that it shows how often each was executed.

/** Tells the house that somebody is there. */
export async function knock(): Promise<void> {
  console.log('knock');
}

/** What is said to a guest at the door. */
export async function welcome(name: string): Promise<string> {
  console.log('welcome');
  return `Welcome, ${name}!`;
}
