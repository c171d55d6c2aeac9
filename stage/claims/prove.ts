// Waits until a claim is so and has held long enough, and gives the evidence or what was seen last.
import { setTimeout as delay } from 'node:timers/promises';
import { userError } from '../../hello-ip/user-error.ts';
import { vocabulary } from '../../hello-ip/web/vocabulary.ts';
import type { Asked } from './grammar.ts';
import type { Verdict, World } from './world.ts';

const WITHIN_MS = 15_000;
const LOOK_EVERY_MS = 100;
/** A Timer that is due later than that is not waited for. */
const LONGEST_TIMER_MS = 60_000;

/** A claim that was proven. */
export interface Proof {
  claim: string;
  /** Facts, a line each; of a greeting the first begins with its Workflow Id. */
  evidence: string[];
  /** How long it took until it was so. */
  ms: number;
}

/**
 * Looks again and again until the claim is so, for 15 s unless said otherwise; while a Timer runs, for 15 s after it
 * is due. One that must hold for a while, and does so at the bound, is looked at until it has held.
 * @throws a user's error with what was seen last
 */
export async function prove(
  { claim, given, said }: Asked,
  world: World,
  { withinMs = WITHIN_MS } = {},
): Promise<Proof> {
  const begun = performance.now();
  let patientSince = begun;
  let held: { of?: string; since: number } | undefined;
  for (;;) {
    const verdict = await lookOrSayWhyNot(() => claim.look(world, given));
    const now = performance.now();
    if (!verdict.so) held = undefined;
    else if (!held || held.of !== verdict.workflowId) held = { of: verdict.workflowId, since: now };
    if (held && now - held.since >= (verdict.holdMs ?? 0)) {
      return { claim: said, evidence: linesOf(verdict), ms: Math.round(now - begun) };
    }
    const { dueMs } = verdict;
    if (dueMs !== undefined && dueMs <= LONGEST_TIMER_MS) patientSince = Math.max(begun, now + dueMs);
    if (!held && now - patientSince >= withinMs) throw disproof(said, withinMs, verdict);
    await delay(LOOK_EVERY_MS);
  }
}

/** The proof as a terminal shows it. */
export function tell({ claim, evidence, ms }: Proof): string[] {
  const head = `${vocabulary.done.symbol} ${claim} (${(ms / 1000).toFixed(1)} s)`;
  return [head, ...evidence.map((line) => `  ${line}`)];
}

async function lookOrSayWhyNot(look: () => Promise<Verdict>): Promise<Verdict> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof Error && error.name === 'UserError') return { so: false, facts: [error.message] };
    throw error;
  }
}

function linesOf({ workflowId, facts }: Verdict): string[] {
  if (!workflowId) return facts;
  return facts.map((fact, index) => (index === 0 ? `${workflowId}: ${fact}` : fact));
}

function disproof(said: string, withinMs: number, seen: Verdict): Error {
  const lines = [`${vocabulary.failed.symbol} not so within ${withinMs / 1000} s: ${said}`, ...linesOf(seen)];
  return userError(lines.join('\n  seen last: '));
}
