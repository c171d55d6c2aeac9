// Whether the kit runs on this Node.js.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Check, Finding } from './examine.ts';

export const nodeCheck: Check = {
  name: 'node',
  async look({ root }) {
    const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    return judgeNode(process.versions.node, engines.node);
  },
};

/** The verdict on a version, where package.json wants for example ">=20.19". */
export function judgeNode(version: string, wanted: string): Finding {
  const oldest = wanted.replace('>=', '');
  const isNewEnough = version.localeCompare(oldest, 'en', { numeric: true }) >= 0;
  if (isNewEnough) return { state: 'ok', fact: `Node.js ${version}; ${oldest} or newer is needed.` };
  return {
    state: 'problem',
    fact: `Node.js is ${version}, and this kit needs ${oldest} or newer.`,
    mend: 'Install a current one from https://nodejs.org, then: npm install',
  };
}
