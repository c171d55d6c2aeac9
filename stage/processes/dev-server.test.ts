// Databases that the Temporal Service cannot use are reported before it tries; and what its own errors mean.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { checkDatabase, explainDevServer, serviceAnswers } from './dev-server.ts';

const folder = mkdtempSync(join(tmpdir(), 'database '));
afterAll(() => rmSync(folder, { recursive: true }));

describe('checkDatabase', () => {
  it.each([
    ['missing', undefined],
    ['empty', ''],
    ['a SQLite one', 'SQLite format 3\0and more'],
  ])('accepts a file that is %s', (name, content) => {
    const file = join(folder, name);
    if (content !== undefined) writeFileSync(file, content);
    expect(() => checkDatabase(file)).not.toThrow();
  });

  it('names a file that is something else, and how to remove it', () => {
    const file = join(folder, 'shopping list.db');
    writeFileSync(file, 'milk, bread');
    expect(() => checkDatabase(file)).toThrow(`rm -r '${file}'`);
  });

  it('names a folder in its place', () => {
    const file = join(folder, 'folder.db');
    mkdirSync(file);
    expect(() => checkDatabase(file)).toThrow(`rm -r '${file}'`);
  });

  it('names a missing folder', () => {
    expect(() => checkDatabase(join(folder, 'nowhere', 'a.db'))).toThrow('cannot be written (ENOENT)');
  });
});

describe('explainDevServer', () => {
  it.each([
    ['Error: failed starting server: failed creating namespaces: file is not a database (26)', 'Remove it'],
    ['Error: failed creating namespaces: SQL logic error: no such table: namespaces (1)', 'Remove it'],
    ['Error: failed creating namespaces: unable to open database file (14)', 'cannot be written'],
  ])('knows "%s"', (line, meaning) => {
    expect(explainDevServer([line], '/a.db')?.message).toContain(meaning);
  });

  it('leaves other words as they are', () => {
    expect(explainDevServer(['Error: boom'], '/a.db')).toBeUndefined();
  });
});

it('knows within a second that no Temporal Service answers', async () => {
  const begun = performance.now();
  expect(await serviceAnswers('127.0.0.1:1')).toBe(false);
  expect(performance.now() - begun).toBeLessThan(3000);
});
