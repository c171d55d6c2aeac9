// Help where somebody asks for it: a word, or one of the flags that people try.

/** Whether a word asks how a command is used. */
export function isHelp(word: string): boolean {
  return ['help', '--help', '-h'].includes(word);
}

/** Prints how this command is used and ends the process, where it was asked for help. */
export function helpIfAsked(usage: string): void {
  if (!process.argv.slice(2).some(isHelp)) return;
  console.log(usage);
  process.exit(0);
}
