// The work that both counters do.

/** The next number. */
export async function addOne(number: number): Promise<number> {
  return number + 1;
}
