// When a soak says that something has grown, and when it does not.
import { expect, it } from 'vitest';
import { grown, type Sample } from './resources.ts';

const at = (memoryMb: number, handles: number, files = 10, pid = 1): Sample => ({
  processes: [{ name: 'network', pid, memoryMb, handles }],
  files,
});

it('is content with what stays the same', () => {
  expect(grown(at(80, 30), at(100, 30), at(120, 40, 12))).toEqual([]);
});

it('says which process holds more files and sockets at rest', () => {
  expect(grown(at(80, 30), at(80, 30), at(80, 90))).toEqual([
    'network holds 90 files and sockets at rest, and held 30 at the beginning',
  ]);
});

it('says which process has grown since it was warm, unless it has been replaced since', () => {
  expect(grown(at(80, 30), at(100, 30), at(300, 30))).toEqual(['network grew from 100 MB to 300 MB']);
  expect(grown(at(80, 30), at(100, 30), at(300, 30, 10, 2))).toEqual([]);
});

it('says that files are left in the folder', () => {
  expect(grown(at(80, 30), at(80, 30), at(80, 30, 50))).toEqual([
    "the stage's folder has 50 files, and had 10 at the beginning",
  ]);
});
