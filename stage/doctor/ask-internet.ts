// What the doctor wants to know about the internet, asked by a process that can be killed if it gets no answer.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from '../settings.ts';

const ANSWER_WITHIN_MS = 2700;

/** What came back in time. */
export interface InternetFacts {
  /** Both lookup services answer as they should. */
  lookups?: boolean;
  /** Milliseconds by which this machine's clock is ahead of a lookup service's. */
  clockOff?: number;
  /** The download site of the Temporal CLI is in reach. */
  download?: boolean;
}

/** Asks either the lookup services (also for the time), or whether the Temporal CLI can be downloaded. */
export function askInternet(
  what: 'lookups' | 'download',
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<InternetFacts> {
  const args = [join(ROOT, 'stage', 'run.cjs'), 'stage/doctor/internet.ts', what];
  const options = { env, signal, timeout: ANSWER_WITHIN_MS, killSignal: 'SIGKILL' } as const;
  return new Promise((resolve) => {
    execFile(process.execPath, args, options, (_error, stdout) => {
      const answers = stdout.split('\n').filter((line) => line.endsWith('}'));
      resolve(Object.assign({}, ...answers.map((line) => JSON.parse(line))));
    });
  });
}

/** Milliseconds by which `now` is certainly ahead of the second that an HTTP date names; 0 within that second. */
export function clockOff(date: string | undefined, now: number): number | undefined {
  const second = Date.parse(date ?? '');
  if (Number.isNaN(second)) return undefined;
  return now < second ? now - second : Math.max(0, now - second - 1000);
}
