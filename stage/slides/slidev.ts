// Slidev as a process of its own, in the folder of the slides, which is installed apart and only when it is needed.
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { readPort } from '../../hello-ip/settings.ts';
import { userError } from '../../hello-ip/user-error.ts';
import { whenToldToLeave } from '../leaving.ts';
import { ROOT } from '../settings.ts';

/** The folder of the slides. */
export const SLIDES = join(ROOT, 'slides');

const INTERRUPTED = 130; // what a shell makes of Ctrl-C
const LOCK = join(SLIDES, 'package-lock.json');
const INSTALLED = join(SLIDES, 'node_modules', '.package-lock.json');

/**
 * Installs what the slides need, unless it is there already.
 * @throws a user's error when npm could not
 */
export async function installSlides(): Promise<void> {
  if (existsSync(INSTALLED) && statSync(INSTALLED).mtimeMs >= statSync(LOCK).mtimeMs) return;
  console.log('The slides are installed first, about 550 MB, once. The demos need none of it.');
  const begun = performance.now();
  const npm = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const { failed } = await execa('npm', npm, { cwd: SLIDES, stdio: 'inherit', reject: false });
  if (failed) throw userError('The slides could not be installed. See above, then: npm ci --prefix slides');
  console.log(`Installed in ${((performance.now() - begun) / 1000).toFixed(0)} s.`);
}

/**
 * Runs one command of Slidev until it ends, or until this process is told to leave.
 * @throws a user's error when it fails
 */
export async function runSlidev(words: string[]): Promise<void> {
  await installSlides();
  const cli = join(SLIDES, 'node_modules', '@slidev', 'cli', 'bin', 'slidev.mjs');
  const child = execa(process.execPath, [cli, ...words], {
    cwd: SLIDES,
    stdio: 'inherit',
    reject: false,
    env: {
      // The live slide asks the app where this machine has it.
      VITE_APP_PORT: String(readPort('APP_PORT', 8000)),
      VITE_PRESENTER: process.env.PRESENTER ?? '',
      // What Slidev's loader would keep in the temp folder.
      JITI_FS_CACHE: 'false',
    },
  });
  let isLeaving = false;
  const leave = (signal: 'SIGINT' | 'SIGKILL') => {
    isLeaving = true;
    child.kill(signal);
  };
  whenToldToLeave(
    () => leave('SIGINT'),
    () => leave('SIGKILL'),
  );
  const { failed } = await child;
  if (isLeaving) process.exit(INTERRUPTED);
  if (failed) throw userError(`Slidev could not do it: slidev ${words.join(' ')}. See above what it says.`);
}
