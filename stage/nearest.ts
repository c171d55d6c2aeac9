// Guesses the word that a mistyped one was meant to be.

/** The word in `known` that is the fewest edits away from `word`. */
export function nearest(word: string, known: readonly string[]): string {
  const plain = word.replace(/^-+/, '').toLowerCase();
  const ranked = known.map((candidate) => ({ candidate, edits: editsBetween(plain, candidate) }));
  return ranked.reduce((best, next) => (next.edits < best.edits ? next : best)).candidate;
}

/** Levenshtein distance, one row at a time. */
function editsBetween(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (const [index, letter] of [...from].entries()) {
    const next = [index + 1];
    for (let column = 1; column <= to.length; column += 1) {
      const replaced = (row[column - 1] ?? 0) + (letter === to[column - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
