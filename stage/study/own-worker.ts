// Runs the Worker that a reader has written, as a process of its own that can be killed.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { sep } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { stageStatus } from '../control/client.ts';
import { sealedEnv, withoutProxies } from '../processes/sealed-environment.ts';
import { ROOT, readPorts, stageFolder } from '../settings.ts';

/** A process that runs the reader's worker.ts. */
export interface OwnWorker {
  pid: number;
  /** The lines that it has printed. */
  lines(): string[];
  /** Why it has ended, in one line; undefined while it runs. */
  end(): string | undefined;
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
}

/** Starts it against the stage's Temporal Service, whose address it is given as TEMPORAL_ADDRESS. */
export async function startOwnWorker(file: string): Promise<OwnWorker> {
  const { server } = (await stageStatus())?.ports ?? readPorts();
  const env = withoutProxies(sealedEnv(process.env, stageFolder(), server));
  const child = spawn(process.execPath, ['stage/run.cjs', file], {
    cwd: ROOT,
    env: { ...env, TEMPORAL_ADDRESS: `127.0.0.1:${server}` },
    // The channel closes when this process is gone, and then the Worker leaves too.
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
  const gone = once(child, 'close');
  let end: string | undefined;
  child.once('close', (code, signal) => {
    end = `${signal ?? `exit code ${code}`}${complaintIn(output)}`;
  });
  return {
    pid: child.pid ?? 0,
    lines: () => stripVTControlCharacters(output).split(/\r?\n/),
    end: () => end,
    async kill() {
      child.kill('SIGKILL');
      await gone;
    },
  };
}

/** The one line of a stack trace that tells its reader something. */
function complaintIn(output: string): string {
  const plain = stripVTControlCharacters(output).replaceAll(`${ROOT}${sep}`, '');
  const line = /^.*:\d+:\d+: ERROR: .+$/m.exec(plain) ?? /^.*Error\b.*: .+$/m.exec(plain);
  return line ? `: ${line[0].trim()}` : '';
}
