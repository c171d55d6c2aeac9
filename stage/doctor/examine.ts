// The check before a talk: all looks at once, each bounded, then one line per fact, with the fix.
import pTimeout from 'p-timeout';
import { userError } from '../../hello-ip/support/user-error.ts';
import { type StageStatus, stageStatus } from '../control/client.ts';
import { symbolOf } from '../processes/output.ts';
import { askInternet, type InternetFacts } from './ask-internet.ts';

/** A suspended stage accepts the question and never answers. */
const STAGE_ANSWERS_WITHIN_MS = 1000;

const STATES = { ok: 'done', warning: 'paused', problem: 'failed' } as const;

/** What a check has found: one sentence, and unless all is well, a second with the fix. */
export interface Finding {
  state: keyof typeof STATES;
  fact: string;
  mend?: string;
}

/** A finding under the name of its check. */
export type Result = { name: string } & Finding;

/** What the checks look at. */
export interface CheckContext {
  env: NodeJS.ProcessEnv;
  /** The folder of this clone. */
  root: string;
  /** The stage's folder. */
  folder: string;
  /** Asked once for all checks. */
  stage: Promise<StageStatus | 'silent' | undefined>;
  /** Asked once for all checks, too. */
  lookupServices: Promise<InternetFacts>;
  /** Aborts when nobody is waiting for an answer any more. */
  signal: AbortSignal;
}

/** One look; it finds nothing if there is nothing to say. */
export interface Check {
  name: string;
  look(context: CheckContext): Promise<Finding | undefined>;
}

/**
 * Runs all checks side by side. A user error thrown by one is a problem; anything else that goes wrong in one, or
 * takes longer than the given milliseconds, is a warning that names it.
 */
export async function examine(
  checks: readonly Check[],
  { env, root, folder }: Pick<CheckContext, 'env' | 'root' | 'folder'>,
  withinMs: number,
): Promise<Result[]> {
  const over = new AbortController();
  const limit = { milliseconds: withinMs, message: `no answer within ${withinMs / 1000} s` };
  const lookupServices = askInternet('lookups', env, over.signal);
  const context = { env, root, folder, stage: askStageBriefly(), lookupServices, signal: over.signal };
  const results = await Promise.all(
    checks.map(async ({ name, look }) => {
      const finding = await pTimeout(look(context), limit).catch((error) => crash(name, error));
      return finding && { name, ...finding };
    }),
  );
  over.abort();
  return results.filter((result) => result !== undefined);
}

/** One line: symbol, word, fact, and the fix. */
export function lineOf({ state, fact, mend }: Finding): string {
  return `${symbolOf(STATES[state])} ${state.padEnd(7)}  ${fact}${mend ? ` ${mend}` : ''}`;
}

async function askStageBriefly(): Promise<StageStatus | 'silent' | undefined> {
  const late = userError('The stage does not answer.');
  // Another clone's stage is recognised by the port that it holds.
  return stageStatus({ withinMs: STAGE_ANSWERS_WITHIN_MS, late }).catch((error) =>
    error === late ? 'silent' : undefined,
  );
}

function crash(name: string, error: unknown): Finding {
  const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
  if (!(error instanceof Error) || error.name !== 'UserError') {
    return {
      state: 'warning',
      fact: `The check "${name}" could not be completed: ${reason.replace(/\.$/, '')}.`,
    };
  }
  // The two sentences of a user error: the fact, and the fix.
  const [, fact = error.message, mend] = /^(.*\.) ([A-Z].*)$/s.exec(error.message) ?? [];
  return { state: 'problem', fact, mend };
}
