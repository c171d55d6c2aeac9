// Which names the app may be called by, and which of them others can open: what APP_HOST means.
import { isIPv6 } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';

const LOOPBACK = '127.0.0.1';
const THIS_MACHINE = ['localhost', LOOPBACK, '[::1]'];
const ALL_ADDRESSES = ['0.0.0.0', '[::]'];

/** The address to listen on: APP_HOST (an IPv6 address with or without brackets), or else this machine only. */
export function listenHost(env: NodeJS.ProcessEnv = process.env, variable = 'APP_HOST'): string {
  return env[variable]?.trim().replace(/^\[|\]$/g, '') || LOOPBACK;
}

/** Whether nobody but this machine can reach what listens there. */
export function isLoopback(listensOn: string): boolean {
  return THIS_MACHINE.includes(asInUrl(listensOn));
}

/**
 * Whether an app that listens there accepts this Host header. The addresses of this machine are looked up
 * each time, in 40 µs: it may join another network while the app runs.
 */
export function isOwnHost(header: string | undefined, listensOn: string): boolean {
  const name = (header ?? '').replace(/:\d+$/, '').toLowerCase();
  const host = asInUrl(listensOn);
  if (THIS_MACHINE.includes(name) || name === host) return true;
  return ALL_ADDRESSES.includes(host) && namesOfThisMachine().includes(name);
}

/** The app's address for others if it listens for them, otherwise for this machine. */
export function appUrl(listensOn: string, port: number): string {
  const host = asInUrl(listensOn);
  return `http://${ALL_ADDRESSES.includes(host) ? addressForOthers() : host}:${port}`;
}

/** Never a link-local one: a browser cannot be told which network card it belongs to. */
function addressForOthers(): string {
  const reachable = addresses().find(({ name, internal }) => !internal && !name.startsWith('[fe80:'));
  return reachable?.name ?? LOOPBACK;
}

function namesOfThisMachine(): string[] {
  return [asInUrl(hostname()), ...addresses().map(({ name }) => name)];
}

/** The addresses of this machine as written in a URL, IPv4 first: it is shorter to read out. */
function addresses() {
  return Object.values(networkInterfaces())
    .flatMap((cards) => cards ?? [])
    .map(({ address, family, internal }) => ({ name: asInUrl(address), family, internal }))
    .toSorted((a, b) => a.family.localeCompare(b.family));
}

/** As a browser writes it in the Host header: lower case, IPv6 in brackets and in its short form. */
function asInUrl(host: string): string {
  const url = `http://${isIPv6(host) ? `[${host.replace(/%.*/, '')}]` : host}`;
  return URL.canParse(url) ? new URL(url).hostname : host.toLowerCase();
}
