// Shows a pattern: all its runs on the stage that is up, its Worker killed in the middle of them, and the proofs at the end.
import type { Client } from '@temporalio/client';
import { PATTERN_NAMES, type PatternName } from '../../encores/patterns/client.ts';
import { RUNS } from '../../encores/patterns/runs.ts';
import { userError } from '../../hello-ip/support/user-error.ts';
import { askStage, type StageStatus } from '../control/client.ts';
import { webUiOf } from '../control/service-client.ts';
import { nearest } from '../nearest.ts';
import { symbolOf } from '../processes/output.ts';

/** What came of it. */
export interface ShownPattern {
  holds: boolean;
  /** A line for each proof, and its evidence indented below. */
  lines: string[];
}

/** @throws a user error with the nearest pattern */
export function readPattern(word: string, script: string): PatternName {
  const found = PATTERN_NAMES.find((name) => name === word);
  if (found) return found;
  throw userError(
    `"${word}" is not a pattern. Did you mean: npm run ${script} ${nearest(word, PATTERN_NAMES)}`,
  );
}

/** Says what happens as it happens. @throws a user error when nothing happens for a minute */
export async function showPattern(
  name: PatternName,
  client: Client,
  status: StageStatus | undefined,
  print: (line: string) => void,
): Promise<ShownPattern> {
  const show = { client, print, webUi: webUiOf(status), restartWorker };
  const shown: ShownPattern = { holds: true, lines: [] };
  for (const run of RUNS[name]) {
    print(`${run.name}: ${run.shows}`);
    for (const { what, holds, evidence } of await run.show(show)) {
      shown.holds &&= holds;
      shown.lines.push(
        `${symbolOf(holds ? 'done' : 'failed')} ${what}`,
        ...evidence.map((fact) => `  ${fact}`),
      );
    }
  }
  return shown;
}

async function restartWorker(): Promise<void> {
  await askStage({ do: 'kill', process: 'patterns' });
  await askStage({ do: 'start', process: 'patterns' });
}
