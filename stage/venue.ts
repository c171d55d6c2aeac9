// Venue mode: what the two lookup services would answer, for a room whose network does not reach them.
import { BlockList, isIP } from 'node:net';
import { lookup } from '../hello-ip/lookup.ts';

export interface VenueAnswer {
  /** The media type, as in the header Content-Type. */
  type: string;
  body: string;
}

/** Well-known addresses and the places that the public registries give for them. */
const PLACES = {
  '130.89.3.249': {
    ...{
      country: 'Netherlands',
      countryCode: 'NL',
      region: 'OV',
      regionName: 'Overijssel',
      city: 'Enschede',
    },
    ...{ zip: '7522', lat: 52.2392, lon: 6.8508, timezone: 'Europe/Amsterdam' },
    ...{ isp: 'University of Twente', org: 'University of Twente', as: 'AS1133 University of Twente' },
  },
  '128.130.4.3': {
    ...{ country: 'Austria', countryCode: 'AT', region: '9', regionName: 'Vienna', city: 'Vienna' },
    ...{ zip: '1040', lat: 48.1986, lon: 16.3699, timezone: 'Europe/Vienna' },
    ...{ isp: 'Technische Universitaet Wien', org: 'TU Wien', as: 'AS679 Technische Universitat Wien' },
  },
  '8.8.8.8': {
    ...{ country: 'United States', countryCode: 'US', region: 'VA', regionName: 'Virginia', city: 'Ashburn' },
    ...{ zip: '20149', lat: 39.03, lon: -77.5, timezone: 'America/New_York' },
    ...{ isp: 'Google LLC', org: 'Google Public DNS', as: 'AS15169 Google LLC' },
  },
  '1.1.1.1': {
    ...{ country: 'Australia', countryCode: 'AU', region: 'QLD', regionName: 'Queensland', city: 'Brisbane' },
    ...{ zip: '4101', lat: -27.4766, lon: 153.0166, timezone: 'Australia/Brisbane' },
    ...{ isp: 'Cloudflare, Inc', org: 'APNIC and Cloudflare DNS Resolver', as: 'AS13335 Cloudflare, Inc.' },
  },
  '9.9.9.9': {
    ...{
      country: 'United States',
      countryCode: 'US',
      region: 'CA',
      regionName: 'California',
      city: 'Berkeley',
    },
    ...{ zip: '94709', lat: 37.8767, lon: -122.2676, timezone: 'America/Los_Angeles' },
    ...{ isp: 'Quad9', org: 'Quad9', as: 'AS19281 Quad9' },
  },
};

const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'];
// The special-purpose registries of IANA, as far as somebody may come across them.
const RESERVED = [
  ...['0.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '192.0.2.0/24', '198.18.0.0/15'],
  ...['198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/3', '::/127', '2001:db8::/32', 'fe80::/10', 'ff00::/8'],
];

/**
 * What icanhazip.com or ip-api.com would answer, each in its own protocol; nothing for any other host.
 * The same trace id always comes from the same address, so that one greeting is told one address.
 */
export function venueAnswer(target: URL, traceId: string): VenueAnswer | undefined {
  const own = addressOf(traceId);
  if (target.host === 'icanhazip.com') return { type: 'text/plain', body: `${own}\n` };
  if (target.host !== 'ip-api.com') return undefined;
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
  const family = isIP(query);
  if (!family) return 'invalid query';
  if (listOf(PRIVATE).check(query, `ipv${family as 4 | 6}`)) return 'private range';
  if (listOf(RESERVED).check(query, `ipv${family as 4 | 6}`)) return 'reserved range';
  return 'this address is not among the few that venue mode knows';
}

function listOf(networks: string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [base = '', bits] = network.split('/');
    list.addSubnet(base, Number(bits), base.includes(':') ? 'ipv6' : 'ipv4');
  }
  return list;
}

/**
 * Whether both lookup services answer as they should within so many milliseconds, asked as an Activity would ask.
 * A sign-in page in place of an answer counts as no.
 */
export async function lookupServicesReachable(timeoutMs: number): Promise<boolean> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const [ip, place] = await Promise.all([
      lookup('http://icanhazip.com', { wanted: 'an IP address', signal }),
      lookup('http://ip-api.com/json/', { wanted: 'a location', signal }),
    ]);
    return isIP(ip) !== 0 && JSON.parse(place).status === 'success';
  } catch {
    return false;
  }
}
