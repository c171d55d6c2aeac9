// npm run stage doctor [room] [json]
import { resolve } from 'node:path';
import { userError } from '../../hello-ip/support/user-error.ts';
import { bugCheck } from '../doctor/bug.ts';
import { chromiumCheck } from '../doctor/chromium.ts';
import { clockCheck } from '../doctor/clock.ts';
import { diskCheck } from '../doctor/disk.ts';
import { examine, lineOf } from '../doctor/examine.ts';
import { kitAddressCheck } from '../doctor/kit-address.ts';
import { lookupsCheck } from '../doctor/lookups.ts';
import { nodeCheck } from '../doctor/node.ts';
import { packagesCheck } from '../doctor/packages.ts';
import { portChecks } from '../doctor/ports.ts';
import { roomChecks } from '../doctor/room.ts';
import { slidesCheck } from '../doctor/slides.ts';
import { stageCheck } from '../doctor/stage.ts';
import { temporalCliCheck } from '../doctor/temporal-cli.ts';
import { webUiCheck } from '../doctor/web-ui.ts';
import { ROOT, stageFolder } from '../settings.ts';
import type { Verb } from './verb.ts';

const WITHIN_MS = 3000; // with the start of Node.js, the whole takes less than 5 s even on a busy machine

const CHECKS = [
  ...[nodeCheck, packagesCheck, temporalCliCheck, diskCheck],
  ...portChecks,
  ...[stageCheck, webUiCheck, lookupsCheck, clockCheck],
  ...[bugCheck, slidesCheck, kitAddressCheck, chromiumCheck],
];

export const verb: Verb = {
  usage: 'doctor [room] [json]',
  about: 'the check before a talk: what is fine, what is not, how to fix it',
  async run(words, print) {
    const unknown = words.filter((word) => word !== 'json' && word !== 'room');
    if (unknown.length > 0 || new Set(words).size < words.length) {
      throw userError(
        `The doctor does not know "${words.join(' ')}". Run: npm run stage doctor, with room, json, or both after it`,
      );
    }
    const asJson = words.includes('json');
    const checks = words.includes('room') ? [...CHECKS, ...roomChecks] : CHECKS;
    const context = { env: process.env, root: ROOT, folder: resolve(stageFolder()) };
    const results = await examine(checks, context, WITHIN_MS);
    const problems = results.filter(({ state }) => state === 'problem').length;
    if (asJson) print(JSON.stringify({ ok: problems === 0, checks: results }, undefined, 2));
    else for (const result of results) print(lineOf(result));
    if (problems === 0) return;
    const [are, them] = problems === 1 ? ['1 problem', 'it'] : [`${problems} problems`, 'them'];
    throw userError(`${are} would spoil the talk. Fix ${them} and run again: npm run stage doctor`);
  },
};
