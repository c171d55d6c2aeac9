// Whether the two lookup services can be asked, or venue mode will answer for them: the talk works without internet too.
import type { StageStatus } from '../control/client.ts';
import { HOSTS } from '../network/lookup-hosts.ts';
import type { Check, Finding } from './examine.ts';

export const lookupsCheck: Check = {
  name: 'lookups',
  async look({ stage, lookupServices }) {
    const { lookups = false } = await lookupServices;
    const status = await stage;
    return judgeLookups(lookups, status === 'silent' ? undefined : status?.network);
  },
};

/** The verdict, given the network of a stage that is up. */
export function judgeLookups(reachable: boolean, network: StageStatus['network']): Finding {
  if (network?.venue)
    return { state: 'ok', fact: 'The stage is in venue mode: it answers the lookups itself.' };
  if (reachable) return { state: 'ok', fact: `${HOSTS.getIP} and ${HOSTS.getLocationInfo} answer.` };
  if (!network) {
    return { state: 'ok', fact: 'The lookup services are out of reach, so npm start will use venue mode.' };
  }
  return {
    state: 'warning',
    fact: 'The stage is online, but the lookup services are now out of reach.',
    mend: 'Restart it without them: npm start venue',
  };
}
