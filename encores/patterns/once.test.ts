// However often it is asked for, a thing is done once for its key.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { once } from './once.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'once '));
  vi.stubEnv('STAGE_FOLDER', folder);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

it('does a thing once, and the same thing of another Workflow again', () => {
  expect([once('one', 'letter'), once('one', 'letter'), once('other', 'letter')]).toEqual([
    true,
    false,
    true,
  ]);
});

it('takes any characters', () => {
  expect(once('../up', '../../up')).toBe(true);
  expect(once('../up', '../../up')).toBe(false);
});
