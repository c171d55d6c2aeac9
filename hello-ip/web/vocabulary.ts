// The one vocabulary of page, terminal, deck and notes: a word, a shape and a colour token for each state.

/** The states a step or a process can be in; `symbol` is for terminals, `shape` names the drawing in views/shape.ejs. */
export const vocabulary = {
  waiting: { word: 'waiting', shape: 'hollow-circle', symbol: '○', color: 'quiet' },
  running: { word: 'running', shape: 'half-circle', symbol: '◐', color: 'active' },
  done: { word: 'done', shape: 'check', symbol: '✔', color: 'good' },
  retrying: { word: 'retrying', shape: 'circular-arrow', symbol: '↻', color: 'warning' },
  failed: { word: 'failed', shape: 'cross', symbol: '✘', color: 'bad' },
  cancelled: { word: 'cancelled', shape: 'circle-minus', symbol: '⊖', color: 'warning' },
  paused: { word: 'paused', shape: 'two-bars', symbol: '‖', color: 'warning' },
  away: { word: 'Service away', shape: 'dashed-circle', symbol: '◌', color: 'warning' },
} as const;

/** One of the states of the vocabulary. */
export type State = keyof typeof vocabulary;
