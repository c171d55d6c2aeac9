// Drills and rehearsals on one stage for their tests: from a copy of this clone, because they break its code.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { copyOfClone, type Program, run, startStage } from './harness.ts';

export const PROMPT = 'q leave: ';

/** A stage, and the commands that go through the notes on it. */
export interface Notes {
  /** The copy of the clone. */
  root: string;
  stage: Program;
  /** `npm run drill` with somebody at the keyboard. */
  drill(...words: string[]): Promise<Program>;
  rehearse(...words: string[]): Promise<Program>;
  /** What a verb says in another terminal. */
  say(...words: string[]): Promise<string>;
  /** Everything is up, the network open, and the bug out. */
  expectWhole(): Promise<void>;
}

/** Brings up a stage for drills and rehearsals; cleanUp ends it. */
export async function startNotes(): Promise<Notes> {
  const root = copyOfClone();
  const stage = await startStage([], { root });
  const options = { root, folder: stage.folder, ports: stage.ports };
  const say: Notes['say'] = async (...words) => {
    const verb = await run('stage/commands/stage.ts', words, options);
    await verb.ended();
    return verb.output();
  };
  return {
    root,
    stage,
    drill: (...words) => run('stage/commands/drill.ts', words, { ...options, typed: true }),
    rehearse: (...words) => run('stage/commands/rehearse.ts', words, options),
    say,
    expectWhole: async () => expectWhole(root, await say('status')),
  };
}

/** Presses Enter at every prompt until the words are said. */
export async function enterUntil(program: Program, words: string): Promise<void> {
  await program.untilSaid(PROMPT);
  while (!program.output().includes(words)) {
    program.type('');
    await program.untilSaid(PROMPT);
  }
}

function expectWhole(root: string, status: string): void {
  for (const name of ['server', 'network', 'worker', 'app'])
    expect(status).toMatch(new RegExp(`^${name} +ready`, 'm'));
  expect(status).toMatch(/^lookups +open/m);
  expect(status).toMatch(/^bug +out/m);
  expect(readFileSync(join(root, 'hello-ip', 'activities.ts'), 'utf8')).toContain('`http://ip-api.com/json/');
}

/** The report that the last rehearsal has written. */
export function reportOf({ stage }: Notes): string {
  return readFileSync(join(stage.folder, 'rehearsal.md'), 'utf8');
}

/**
 * Rehearses the first demo with other commands around its greeting, $1, and the second as it is: the first fails, the
 * stage is mended, the second is good. What was said.
 */
export async function rehearseFailing({ root, stage, rehearse }: Notes, commands: string): Promise<string> {
  const page = join(root, 'presenter-notes', '1-success.md');
  const whole = readFileSync(page, 'utf8');
  writeFileSync(page, whole.replace(/^(npm run stage greet .*)$/m, commands));
  const rehearsal = await rehearse('success', 'timer');
  const { code } = await rehearsal.ended();
  writeFileSync(page, whole);
  const said = rehearsal.output();
  expect({ code, said }).toMatchObject({ code: 1 });
  expect(said).toMatch(/^✔ Demo 2: a Durable Timer: \d claims, \d+\.\d s$/m);
  expect(said).toContain('Again: npm run rehearse success');
  expect(stage.output()).not.toContain('worker  | died: exit');
  return said;
}
