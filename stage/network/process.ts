// The network switch as its own process: npm run network [venue|online].
// A parent that spawned it with an IPC channel sends NetworkOrders (asking.ts) and gets a NetworkReport for each.
import { userError } from '../../hello-ip/support/user-error.ts';
import { answerParent } from '../processes/asking.ts';
import { readPorts } from '../settings.ts';
import { type LookupCount, type SwitchState, startSwitch } from './proxy.ts';
import { lookupServicesReachable } from './venue.ts';

const PROBE_MS = 2_000;

export interface NetworkOrder {
  do: 'cut' | 'cut silently' | 'restore' | 'report';
}

export interface NetworkReport {
  /** The order that this is the answer to. */
  done: NetworkOrder['do'];
  state: SwitchState;
  venue: boolean;
  lookups: LookupCount[];
}

const STATE_LINES: Record<SwitchState, string> = {
  open: 'Network restored: lookups go through.',
  cut: 'Network cut: lookups are refused.',
  'cut silently': 'Network cut silently: lookups are accepted and never answered.',
};

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(0));

const { network: port } = readPorts();
mendProxyVariables();
const { venue, why } = await chooseMode(process.argv[2]);
const network = await startSwitch({ port, venue }).catch(explainPort);
answerParent(obey);
console.log(`Network ready: lookups go through ${network.url} (${why})`);

function obey(order: NetworkOrder): NetworkReport {
  const before = network.state;
  if (order.do === 'cut') network.cut();
  if (order.do === 'cut silently') network.cutSilently();
  if (order.do === 'restore') network.restore();
  if (network.state !== before) console.log(STATE_LINES[network.state]);
  return { done: order.do, state: network.state, venue: network.venue, lookups: network.lookups() };
}

async function chooseMode(word: string | undefined): Promise<{ venue: boolean; why: string }> {
  if (word === 'venue') return { venue: true, why: 'venue mode: the two lookup services are answered here' };
  if (word === 'online') return { venue: false, why: 'online: lookups leave this machine' };
  if (word) {
    throw userError(
      `"${word}" is not a mode of the network. Run: npm run network, alone or with one word: venue or online.`,
    );
  }
  if (await lookupServicesReachable(PROBE_MS)) {
    return { venue: false, why: 'online: both lookup services answer, so lookups leave this machine' };
  }
  return {
    venue: true,
    why: 'venue mode: the two lookup services are out of reach, so they are answered here',
  };
}

/** An outside proxy may be named as for curl, without "http://"; our own lookups must not come back to us. */
function mendProxyVariables(): void {
  for (const name of ['http_proxy', 'HTTP_PROXY']) {
    const named = process.env[name];
    if (!named) continue;
    const proxy = named.includes('://') ? named : `http://${named}`;
    if (!URL.canParse(proxy))
      throw userError(`${name} is "${named}", which is not an address. Correct it, or run: unset ${name}`);
    const { hostname, port: proxyPort } = new URL(proxy);
    const isThisSwitch = ['127.0.0.1', 'localhost'].includes(hostname) && Number(proxyPort) === port;
    if (isThisSwitch) delete process.env[name];
    else process.env[name] = proxy;
  }
}

function explainPort(error: NodeJS.ErrnoException): never {
  const fact = { EADDRINUSE: 'is in use', EACCES: 'is not open to this user' }[error.code ?? ''];
  if (!fact) throw error;
  const other = port + 10 > 65_535 ? port - 10 : port + 10;
  throw userError(`Port ${port} ${fact}. Choose another one: NETWORK_PORT=${other} npm run network`);
}
