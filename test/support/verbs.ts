// The verbs of `npm run stage` in the test's own process: what a terminal would show of them, without its start.
import { vi } from 'vitest';
import { loadVerb, readVerbWords } from '../../stage/verbs/load-verb.ts';
import type { Program } from './harness.ts';

/** A verb, and the words behind it. */
export type Words = [verb: string, ...words: string[]];

/** What a verb said, and the exit code that it would have. */
export interface Said {
  code: 0 | 1;
  said: string;
}

/** Settles on this stage: verbs go to it from now on, until vi.unstubAllEnvs. */
export function useStage({ folder, ports }: Pick<Program, 'folder' | 'ports'>): void {
  vi.stubEnv('STAGE_FOLDER', folder);
  for (const [variable, port] of Object.entries(ports)) vi.stubEnv(variable, String(port));
}

/** Runs a verb on the stage in use, as `npm run stage` would. Rejects where that would show a stack. */
export async function say(...[name, ...words]: Words): Promise<Said> {
  const lines: string[] = [];
  const told = (code: Said['code']) => ({ code, said: lines.join('\n').trim() });
  try {
    const verb = await loadVerb(name);
    await verb.run(readVerbWords(verb, words), (line) => lines.push(line));
    return told(0);
  } catch (error) {
    if (!(error instanceof Error && error.name === 'UserError')) throw error;
    lines.push(error.message);
    return told(1);
  }
}
