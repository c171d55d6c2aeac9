// The address from which others can clone this kit: for the slides, and for a mail to the attendees.
import { realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { execa } from 'execa';
import { userError } from '../../hello-ip/support/user-error.ts';
import type { Check, Finding } from './examine.ts';

export const kitAddressCheck: Check = {
  name: 'kit-address',
  look: async ({ env, root }) => judgeKitAddress(await kitAddress(env, root)),
};

/** The verdict on it; without one, the talk works all the same. */
export function judgeKitAddress(address: string | undefined): Finding {
  if (address) return { state: 'ok', fact: `The address of the kit is ${address}, also on the slides.` };
  return {
    state: 'warning',
    fact: 'The audience gets no address to clone from: this clone has no origin on the web.',
    mend: 'Name one: KIT_URL=https://… npm run slides',
  };
}

/**
 * KIT_URL, or else the origin of this clone if that is on the web, without credentials and without ".git".
 * @throws a user error when KIT_URL is not an http or https address
 */
export async function kitAddress(env: NodeJS.ProcessEnv, root: string): Promise<string | undefined> {
  const { KIT_URL } = env;
  if (!KIT_URL) return addressOf(await originOf(root));
  const address = addressOf(KIT_URL);
  if (address) return address;
  throw userError(
    `KIT_URL is "${KIT_URL}", which is not an address on the web. Set it to one that begins with https://`,
  );
}

function addressOf(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const { protocol, host, pathname } = new URL(text);
  if (protocol !== 'https:' && protocol !== 'http:') return undefined;
  return `${protocol}//${host}${pathname.replace(/\/+$/, '').replace(/\.git$/, '')}`;
}

/** Empty if this is no clone; a repository around this folder is not its own. */
async function originOf(root: string): Promise<string> {
  const env = { GIT_CEILING_DIRECTORIES: dirname(realpathSync(root)) };
  const { stdout } = await execa('git', ['remote', 'get-url', 'origin'], { cwd: root, env, reject: false });
  return stdout ?? '';
}
