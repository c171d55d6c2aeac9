// Installs the packages of a folder that has its own, when they are first needed.
import { existsSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { execa } from 'execa';
import { userError } from '../../hello-ip/support/user-error.ts';
import { ROOT } from '../settings.ts';

/**
 * Installs what the lockfile of the folder says, unless it is already installed.
 * @param what "The slides"
 * @param size what is said of it beforehand: "about 550 MB, once"
 * @throws a user error when npm fails
 */
export async function installPackages(
  folder: string,
  { what, size, print = console.log }: { what: string; size: string; print?: (line: string) => void },
): Promise<void> {
  const lock = join(folder, 'package-lock.json');
  const installed = join(folder, 'node_modules', '.package-lock.json');
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return;
  print(`Installing ${what.replace(/^The/, 'the')} first: ${size}. The demos need none of it.`);
  const begun = performance.now();
  const npm = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const { failed } = await execa('npm', npm, { cwd: folder, stdio: 'inherit', reject: false });
  if (failed)
    throw userError(
      `${what} could not be installed. See above, then run: npm ci --prefix ${relative(ROOT, folder)}`,
    );
  print(`Installed in ${((performance.now() - begun) / 1000).toFixed(0)} s.`);
}
