// Shows the progress of a long step: one line that is overwritten on a terminal, a few plain lines anywhere else.

/** The part of process.stdout that a progress bar needs. */
export interface Terminal {
  isTTY?: boolean;
  columns?: number;
  write(text: string): unknown;
}

/** Shows a state, or without a terminal only a milestone; call `clear` before printing anything else. */
export interface ProgressBar {
  show(text: string, milestone: boolean): void;
  clear(): void;
}

const NARROWEST = 80;
const START_OF_LINE = '\r\u001B[K';

/** A progress bar on this terminal, or lines through `print` if it is not one. */
export function createProgressBar(
  print: (line: string) => void,
  terminal: Terminal = process.stdout,
): ProgressBar {
  if (!terminal.isTTY) return { show: (text, milestone) => milestone && print(text), clear: () => undefined };
  const width = () => (terminal.columns || NARROWEST) - 1;
  return {
    show: (text) => terminal.write(START_OF_LINE + text.slice(0, width())),
    clear: () => terminal.write(START_OF_LINE),
  };
}
