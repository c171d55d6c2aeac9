// The stage's files on a real disk: for this user only, never through a link, and what is in the way is reported.
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createOwnFile, writeOwnFile } from './own-files.ts';
import { makeStageFolder } from './pid-files.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'own files '));
});
afterEach(() => rmSync(folder, { recursive: true }));

const modeOf = (...path: string[]) => (statSync(join(folder, ...path)).mode & 0o777).toString(8);

describe.skipIf(process.platform === 'win32')('the rights', () => {
  it('on the folder, even one of an older stage, and on each file are this user’s alone', () => {
    const stage = join(folder, '.stage');
    mkdirSync(join(stage, 'pids'), { recursive: true });
    for (const path of [stage, join(stage, 'pids')]) chmodSync(path, 0o755);
    makeStageFolder(stage);
    writeOwnFile(join(stage, 'control.json'), 'secret');
    expect([modeOf('.stage'), modeOf('.stage', 'pids'), modeOf('.stage', 'control.json')]).toEqual([
      ...['700', '700', '600'],
    ]);
  });

  it('on a shared folder are left alone', () => {
    chmodSync(folder, 0o1777);
    expect(() => makeStageFolder(folder)).toThrow(
      '(it is shared). Set STAGE_FOLDER to a folder of your own.',
    );
    expect(modeOf()).toBe('777');
  });
});

describe.skipIf(process.platform === 'win32')('a link', () => {
  it('in place of a file is replaced, and its target is left alone', () => {
    const mine = join(folder, 'thesis.txt');
    writeFileSync(mine, 'years of work');
    for (const write of [writeOwnFile, createOwnFile]) {
      const file = join(folder, write.name);
      symlinkSync(mine, file);
      try {
        write(file, 'seven');
      } catch (error) {
        expect(error).toMatchObject({ code: 'EEXIST' });
      }
      expect(readFileSync(mine, 'utf8')).toBe('years of work');
    }
    expect(readFileSync(join(folder, 'writeOwnFile'), 'utf8')).toBe('seven');
  });

  it('in place of the folder of the pids is replaced too', () => {
    const elsewhere = join(folder, 'elsewhere');
    mkdirSync(elsewhere);
    symlinkSync(elsewhere, join(folder, 'pids'));
    makeStageFolder(folder);
    writeOwnFile(join(folder, 'pids', 'app.json'), '{}');
    expect(() => statSync(join(elsewhere, 'app.json'))).toThrow('ENOENT');
  });
});

it('a removed folder is created again', () => {
  const file = join(folder, 'gone', 'volatile.json');
  writeOwnFile(file, '[]');
  expect(readFileSync(file, 'utf8')).toBe('[]');
});

it('a folder in place of a file is reported, with the command that removes it', () => {
  const file = join(folder, 'app.json');
  mkdirSync(join(file, 'full'), { recursive: true });
  expect(() => writeOwnFile(file, '{}')).toThrow(`Remove it: rm -r '${file}'`);
});
