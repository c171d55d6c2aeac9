// The deck's components and what they take from the app and the history fit together, by Vue's own type checker.
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, expect, it } from 'vitest';
import { installSlides, SLIDES } from '../../stage/commands/slidev.ts';

beforeAll(installSlides);

it('the deck type-checks', async () => {
  const vueTsc = join(SLIDES, 'node_modules', 'vue-tsc', 'bin', 'vue-tsc.js');
  const { stdout, exitCode } = await execa(process.execPath, [vueTsc], { cwd: SLIDES, reject: false });
  expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 0 });
});
