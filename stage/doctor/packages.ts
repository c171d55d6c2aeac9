// Whether node_modules holds what package-lock.json names.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Check, Finding } from './examine.ts';

const NAMED = 3;

/** A package with the version that the lockfile wants and the one that is installed. */
export interface Package {
  name: string;
  wanted: string;
  found?: string;
}

export const packagesCheck: Check = {
  name: 'packages',
  async look({ root }) {
    const { packages } = await readJson(join(root, 'package-lock.json'));
    const names = Object.keys(packages[''].dependencies);
    return judgePackages(
      await Promise.all(
        names.map(async (name) => ({
          name,
          wanted: packages[`node_modules/${name}`].version,
          found: await readJson(join(root, 'node_modules', name, 'package.json')).then(
            ({ version }) => version,
            () => undefined,
          ),
        })),
      ),
    );
  },
};

/** The verdict on the packages that the kit itself imports. */
export function judgePackages(packages: Package[]): Finding {
  const missing = packages.filter(({ found }) => found === undefined);
  const others = packages.filter(({ found, wanted }) => found !== undefined && found !== wanted);
  const mend = 'Run: npm install';
  if (missing.length) {
    return { state: 'problem', fact: `Not installed: ${list(missing.map(({ name }) => name))}.`, mend };
  }
  if (others.length === 0) return { state: 'ok', fact: `The ${packages.length} packages are installed.` };
  const versions = others.map(({ name, found, wanted }) => `${name} ${found} instead of ${wanted}`);
  return { state: 'warning', fact: `Installed in the wrong version: ${list(versions)}.`, mend };
}

function list(words: string[]): string {
  const more = words.length - NAMED;
  return words.slice(0, NAMED).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

async function readJson(file: string) {
  return JSON.parse(await readFile(file, 'utf8'));
}
