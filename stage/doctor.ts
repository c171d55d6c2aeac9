// The check before a talk: every look at once and each bounded, then one line per fact, with what mends it.
import { setTimeout as delay } from 'node:timers/promises';
import { vocabulary } from '../hello-ip/web/vocabulary.ts';
import { type StageStatus, stageStatus } from './ask.ts';
import { askInternet, type InternetFacts } from './doctor/ask-internet.ts';

/** A stage that is suspended takes the question and never answers. */
const STAGE_ANSWERS_WITHIN_MS = 1000;

const SYMBOLS = {
  ok: vocabulary.done.symbol,
  warning: vocabulary.paused.symbol,
  problem: vocabulary.failed.symbol,
};

/** What a check has found: a sentence, and unless all is well the sentence that says what mends it. */
export interface Finding {
  state: keyof typeof SYMBOLS;
  fact: string;
  mend?: string;
}

/** A finding under the name of its check. */
export type Result = { name: string } & Finding;

/** What the checks look at. */
export interface Surroundings {
  env: NodeJS.ProcessEnv;
  /** The folder of this clone. */
  root: string;
  /** The stage's folder. */
  folder: string;
  /** Asked once for all checks. */
  stage: Promise<StageStatus | 'silent' | undefined>;
  /** Asked once for all checks, too. */
  lookupServices: Promise<InternetFacts>;
  /** Aborts when nobody waits for an answer any more. */
  signal: AbortSignal;
}

/** One look; it finds nothing where there is nothing to say. */
export interface Check {
  name: string;
  look(surroundings: Surroundings): Promise<Finding | undefined>;
}

/**
 * Makes all checks side by side. A user's error that one throws is a problem; whatever else goes wrong in one,
 * or takes longer than the given milliseconds, is a warning that names it.
 */
export async function examine(
  checks: readonly Check[],
  { env, root, folder }: Pick<Surroundings, 'env' | 'root' | 'folder'>,
  withinMs: number,
): Promise<Result[]> {
  const over = new AbortController();
  const late = delay(withinMs, undefined, { signal: over.signal }).then(() => {
    over.abort();
    throw new Error(`no answer within ${withinMs / 1000} s`);
  });
  late.catch(() => {}); // when all are in time nobody is left to hear it
  const lookupServices = askInternet('lookups', env, over.signal);
  const surroundings = { env, root, folder, stage: askStageBriefly(), lookupServices, signal: over.signal };
  const results = await Promise.all(
    checks.map(async ({ name, look }) => {
      const finding = await Promise.race([look(surroundings), late]).catch((error) => crash(name, error));
      return finding && { name, ...finding };
    }),
  );
  over.abort();
  return results.filter((result) => result !== undefined);
}

/** One line: symbol, word, fact, and what mends it. */
export function lineOf({ state, fact, mend }: Finding): string {
  return `${SYMBOLS[state]} ${state.padEnd(7)}  ${fact}${mend ? ` ${mend}` : ''}`;
}

async function askStageBriefly(): Promise<StageStatus | 'silent' | undefined> {
  const over = new AbortController();
  const silence = delay(STAGE_ANSWERS_WITHIN_MS, 'silent' as const, { signal: over.signal });
  return Promise.race([stageStatus(), silence]).finally(() => over.abort());
}

function crash(name: string, error: unknown): Finding {
  const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
  if (!(error instanceof Error) || error.name !== 'UserError') {
    return { state: 'warning', fact: `The check "${name}" could not be made: ${reason.replace(/\.$/, '')}.` };
  }
  // The two sentences of a user's error: what is so, and what mends it.
  const [, fact = error.message, mend] = /^(.*\.) ([A-Z].*)$/s.exec(error.message) ?? [];
  return { state: 'problem', fact, mend };
}
