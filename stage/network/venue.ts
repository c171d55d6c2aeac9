// Venue mode: what the two lookup services would answer, for a room whose network cannot reach them.
import { isIP } from 'node:net';
import { lookup } from '../../hello-ip/support/lookup.ts';
import { HOSTS } from './lookup-hosts.ts';

export interface VenueAnswer {
  /** The media type, as in the header Content-Type. */
  type: string;
  body: string;
}

/** Well-known addresses and the places that the public registries give for them. */
const PLACES: Record<string, { city: string; regionName: string; country: string }> = {
  '130.89.3.249': { city: 'Enschede', regionName: 'Overijssel', country: 'Netherlands' },
  '128.130.4.3': { city: 'Vienna', regionName: 'Vienna', country: 'Austria' },
  '8.8.8.8': { city: 'Ashburn', regionName: 'Virginia', country: 'United States' },
  '1.1.1.1': { city: 'Brisbane', regionName: 'Queensland', country: 'Australia' },
  '9.9.9.9': { city: 'Berkeley', regionName: 'California', country: 'United States' },
};

/**
 * What icanhazip.com or ip-api.com would answer, each in its own protocol; undefined for any other host.
 * The same trace id always gets the same address, so that a greeting is told only one.
 */
export function venueAnswer(target: URL, traceId: string): VenueAnswer | undefined {
  const own = addressOf(traceId);
  if (target.host === HOSTS.getIP) return { type: 'text/plain', body: `${own}\n` };
  if (target.host !== HOSTS.getLocationInfo) return undefined;
  const asked = target.pathname.replace(/^\/json\/?/, '');
  return { type: 'application/json; charset=utf-8', body: JSON.stringify(location(asked || own)) };
}

/** The last 32 bits of a UUID are random in every version that Temporal uses for run ids. */
function addressOf(traceId: string): string {
  const addresses = Object.keys(PLACES);
  return addresses[Number.parseInt(traceId.slice(-8) || '0', 16) % addresses.length] as string;
}

function location(query: string) {
  const place = Object.entries(PLACES).find(([address]) => address === query)?.[1];
  if (place) return { status: 'success', ...place, query };
  return { status: 'fail', message: whyUnknown(query), query };
}

function whyUnknown(query: string): string {
  return isIP(query) ? 'this address is not among the few that venue mode knows' : 'invalid query';
}

/**
 * Whether both lookup services answer as they should within this time, asked the way an Activity asks.
 * A sign-in page in place of an answer counts as no.
 */
export async function lookupServicesReachable(timeoutMs: number): Promise<boolean> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const [ip, place] = await Promise.all([
      lookup(`http://${HOSTS.getIP}`, { wanted: 'an IP address', signal }),
      lookup(`http://${HOSTS.getLocationInfo}/json/`, { wanted: 'a location', signal }),
    ]);
    return isIP(ip) !== 0 && JSON.parse(place).status === 'success';
  } catch {
    return false;
  }
}
