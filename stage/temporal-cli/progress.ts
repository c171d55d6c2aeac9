// Shows how a long step gets on: one line that is overwritten on a terminal, a few plain lines anywhere else.

/** As much of process.stdout as progress needs. */
export interface Terminal {
  isTTY?: boolean;
  columns?: number;
  write(text: string): unknown;
}

/** Shows a state, elsewhere than on a terminal only a milestone; `clear` before anything else is printed. */
export interface Progress {
  show(text: string, milestone: boolean): void;
  clear(): void;
}

const NARROWEST = 80;
const START_OF_LINE = '\r\u001B[K';

/** Progress on this terminal, or by `say` where it is none. */
export function createProgress(say: (line: string) => void, terminal: Terminal = process.stdout): Progress {
  if (!terminal.isTTY) return { show: (text, milestone) => milestone && say(text), clear: () => undefined };
  const width = () => (terminal.columns || NARROWEST) - 1;
  return {
    show: (text) => terminal.write(START_OF_LINE + text.slice(0, width())),
    clear: () => terminal.write(START_OF_LINE),
  };
}
