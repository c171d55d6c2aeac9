// The teaser for the projector: what a stage tells about its two counters, as rows for a page.
import { z } from 'zod';

const ANSWER_MS = 3000;

const rowSchema = z.object({
  name: z.string(),
  cells: z.array(z.union([z.number(), z.string()])),
  isStarting: z.boolean(),
});
const liveSchema = z.object({ counters: z.array(rowSchema) });

/** One counter: its numbers in order, and a mark where it was killed. */
export type CounterRow = z.infer<typeof rowSchema>;

/** Asks the stage that LIVE_URL names; undefined while there is none, or it does not answer. */
export async function readCounters(liveUrl = process.env.LIVE_URL): Promise<CounterRow[] | undefined> {
  if (!liveUrl) return undefined;
  try {
    const answer = await fetch(liveUrl, { signal: AbortSignal.timeout(ANSWER_MS) });
    return liveSchema.parse(await answer.json()).counters;
  } catch {
    return undefined;
  }
}
