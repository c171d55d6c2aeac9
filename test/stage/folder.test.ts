// The stage's folder: removed under a running stage, with a folder in place of a file, and that of another clone.
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { isBroken } from '../../stage/bug/bug.ts';
import {
  cleanUp,
  copyOfClone,
  isThere,
  leftOf,
  newFolder,
  type Program,
  processesOf,
  run,
  startStage,
} from '../support/harness.ts';
import { say, useStage, type Words } from '../support/verbs.ts';

let stage: Program;
beforeAll(async () => {
  stage = await startStage(['without', 'worker', 'app']);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await cleanUp();
});

/** What a verb said that was refused, by the stage of this folder unless another one is named. */
async function refused(words: Words, folder = stage.folder): Promise<string> {
  useStage({ ports: stage.ports, folder });
  const { code, said } = await say(...words);
  expect(code).toBe(1);
  return said;
}

it('a folder in place of a note is reported, and the process to be noted is not left behind', async () => {
  const before = processesOf(stage.folder).length;
  const note = join(stage.folder, 'pids', 'app.json');
  mkdirSync(note);
  expect(await refused(['start', 'app'])).toBe(
    `${note} is a folder, but the stage keeps a file there. Remove it: rm -r '${note}'`,
  );
  expect(processesOf(stage.folder)).toHaveLength(before);
  rmSync(note, { recursive: true });
});

it.each<[Words]>([
  [['status']],
  [['greet', 'Ziggy']],
  [['expect', 'app', 'up']],
  [['reset']],
  [['run', 'app']],
])('the verb %j of another clone on the same ports is refused', async (words) => {
  expect(await refused(words, newFolder())).toContain(
    `The stage on port ${stage.ports.CONTROL_PORT} is another one, in the folder ${stage.folder}.`,
  );
});

it('another clone on the same ports is refused before its own code is changed', async () => {
  const root = copyOfClone();
  const { ports } = stage;
  const verb = await run('stage/commands/stage.ts', ['break', 'geolocation'], {
    root,
    ports,
    folder: newFolder(),
  });
  expect(await verb.ended()).toMatchObject({ code: 1 });
  expect(verb.output()).toMatch(/^The stage on port \d+ is another one/);
  expect(isBroken(join(root, 'hello-ip', 'activities.ts'))).toBe(false);
});

it('removed under a running stage it is told, and Ctrl-C still ends all of it', async () => {
  rmSync(stage.folder, { recursive: true });
  for (const words of [['status'], ['start', 'worker'], ['greet', 'Ziggy']] as Words[]) {
    expect(await refused(words)).toBe(
      `The folder of the stage, ${stage.folder}, was emptied while the stage was running. Restart it: Ctrl-C in its terminal, then npm start`,
    );
  }
  expect(isThere(stage.pid)).toBe(true);
  expect(await stage.leave()).toMatchObject({ code: 0 });
  expect(await leftOf(stage)).toEqual([]);
});
