// Waits until a claim holds, and has held long enough, and gives the evidence or what was seen last.
import { setTimeout as delay } from 'node:timers/promises';
import { toPlainText } from '../../hello-ip/support/plain-text.ts';
import { userError } from '../../hello-ip/support/user-error.ts';
import { vocabulary } from '../../hello-ip/web/vocabulary.ts';
import { symbolOf } from '../processes/output.ts';
import type { Asked } from './grammar.ts';
import type { Observations, Verdict } from './observations.ts';
import { openObservations } from './observe.ts';

const WITHIN_MS = 15_000;
const POLL_INTERVAL_MS = 100;
/** A Timer that is due later than this is not waited for. */
const MAX_TIMER_MS = 60_000;

/** A claim that was proven. */
export interface Proof {
  claim: string;
  /** Facts, a line each; for a greeting the first begins with its Workflow Id. */
  evidence: string[];
  /** How long it took until the claim held, in milliseconds. */
  ms: number;
}

/**
 * Waits until the claim holds, on the stage that is up or on what was started without one.
 * @throws a user error with what was seen last
 */
export async function proveHere(asked: Asked): Promise<Proof> {
  const observations = await openObservations(asked.of);
  return prove(asked, observations).finally(() => observations.close());
}

/**
 * Looks again and again until the claim holds, for 15 s by default; while a Timer runs, for 15 s after it is due.
 * A claim that must hold for a while, and holds at the bound, is watched until it has held.
 * @throws a user error with what was seen last
 */
export async function prove(
  { claim, given, said }: Asked,
  observations: Observations,
  { withinMs = WITHIN_MS } = {},
): Promise<Proof> {
  const begun = performance.now();
  let patientSince = begun;
  let held: { of?: string; since: number } | undefined;
  for (;;) {
    const verdict = await lookOrSayWhyNot(() => claim.look(observations, given));
    const now = performance.now();
    if (!verdict.holds) held = undefined;
    else if (!held || held.of !== verdict.workflowId) held = { of: verdict.workflowId, since: now };
    if (held && now - held.since >= (verdict.holdMs ?? 0)) {
      return { claim: said, evidence: linesOf(verdict), ms: Math.round(now - begun) };
    }
    const { dueMs } = verdict;
    if (dueMs !== undefined && dueMs <= MAX_TIMER_MS) patientSince = Math.max(begun, now + dueMs);
    if (!held && now - patientSince >= withinMs) throw disproof(said, withinMs, verdict);
    await delay(POLL_INTERVAL_MS);
  }
}

/** The proof as a terminal shows it. */
export function linesOfProof({ claim, evidence, ms }: Proof): string[] {
  const head = `${symbolOf('done')} ${claim} (${(ms / 1000).toFixed(1)} s)`;
  return [head, ...evidence.map((line) => `  ${line}`)];
}

async function lookOrSayWhyNot(look: () => Promise<Verdict>): Promise<Verdict> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof Error && error.name === 'UserError') return { holds: false, facts: [error.message] };
    throw error;
  }
}

/** Names and failures in it come from outside: none of them may control the terminal that shows it. */
function linesOf({ workflowId, facts }: Verdict): string[] {
  const lines = facts.map((fact, index) => (workflowId && index === 0 ? `${workflowId}: ${fact}` : fact));
  return lines.map(toPlainText);
}

function disproof(said: string, withinMs: number, seen: Verdict): Error {
  const lines = [
    `${vocabulary.failed.symbol} still false after ${withinMs / 1000} s: ${said}`,
    ...linesOf(seen),
  ];
  return userError(lines.join('\n  last seen: '));
}
