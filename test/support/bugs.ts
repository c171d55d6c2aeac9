// A stage that runs from a copy of this clone, for the tests of break and fix: its activities.ts, whole and broken.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { copyOfClone, type Program, run, startStage } from './harness.ts';

const MINE = '\r\n// a line of mine, not committed: größer';

/** A stage, and the verbs that change its code. */
export interface BugStage {
  /** The copy of the clone. */
  root: string;
  stage: Program;
  /** activities.ts, with a line that the kit does not know. */
  file: string;
  whole: Buffer;
  broken: Buffer;
  /** `npm run stage` in another terminal. */
  verb(...words: string[]): Promise<Program>;
  /** What a verb said that was done. */
  done(...words: string[]): Promise<string>;
  /** What was left beside the file. */
  rests(): string[];
}

/** Brings up a stage for break and fix; cleanUp ends it. */
export async function startBugStage(): Promise<BugStage> {
  const root = copyOfClone();
  const file = join(root, 'hello-ip', 'activities.ts');
  writeFileSync(file, MINE, { flag: 'a' });
  const whole = readFileSync(file);
  const at = whole.indexOf('http://ip-api.com/json/');
  const broken = Buffer.concat([whole.subarray(0, at), whole.subarray(at + 1)]);
  const stage = await startStage([], { root });
  const verb: BugStage['verb'] = (...words) =>
    run('stage/commands/stage.ts', words, { root, folder: stage.folder, ports: stage.ports });
  const done: BugStage['done'] = async (...words) => {
    const program = await verb(...words);
    const { code } = await program.ended();
    expect({ code, said: program.output() }).toMatchObject({ code: 0 });
    return program.output();
  };
  const rests = () => readdirSync(join(root, 'hello-ip')).filter((name) => name.startsWith('.'));
  return { root, stage, file, whole, broken, verb, done, rests };
}
