// Whether the two lookup services can be asked, or venue mode will answer for them. Without internet there is a talk too.
import type { StageStatus } from '../ask.ts';
import type { Check, Finding } from '../doctor.ts';

export const lookupsCheck: Check = {
  name: 'lookups',
  async look({ stage, lookupServices }) {
    const { lookups = false } = await lookupServices;
    const status = await stage;
    return judgeLookups(lookups, status === 'silent' ? undefined : status?.network);
  },
};

/** What to say, given the network of a stage that is up. */
export function judgeLookups(reachable: boolean, network: StageStatus['network']): Finding {
  if (network?.venue)
    return { state: 'ok', fact: 'The stage is in venue mode: it answers the lookups itself.' };
  if (reachable) return { state: 'ok', fact: 'icanhazip.com and ip-api.com answer.' };
  if (!network) {
    return { state: 'ok', fact: 'The lookup services are out of reach, so npm start begins in venue mode.' };
  }
  return {
    state: 'warning',
    fact: 'The stage is online, and the lookup services are out of reach by now.',
    mend: 'Start it anew without them: npm start venue',
  };
}
