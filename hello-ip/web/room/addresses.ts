// The addresses by which phones in the room may reach this machine, the likeliest first.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os';
import { renderSVG } from 'uqr';

/** Adapters that lead to virtual machines, containers and tunnels, by the names that systems give them. */
const VIRTUAL =
  /^(docker|br-|veth|virbr|vmnet|vboxnet|utun|tun|tap|wg|zt|tailscale|llw|awdl|anpi)|vEthernet|VirtualBox|VMware|Hyper-V|WSL/i;
const WI_FI = /^(wl|wi-?fi|en0$)/i;
/** A documentation address (RFC 5737): no packet is sent, the system only says which way it would go. */
const FAR_AWAY = '192.0.2.1';

/** An IPv4 address of this machine, and the network card that has it. */
export interface OwnAddress {
  address: string;
  card: string;
}

type Cards = NodeJS.Dict<Pick<NetworkInterfaceInfo, 'address' | 'family' | 'internal'>[]>;

/**
 * Neither loopback nor link-local. First the one by which it reaches everything else, then Wi-Fi, then
 * cables, and what is virtual last.
 */
export function addressesForOthers(usual?: string, cards: Cards = networkInterfaces()): OwnAddress[] {
  const rank = ({ address, card }: OwnAddress) => {
    if (VIRTUAL.test(card)) return 3;
    if (address === usual) return 0;
    return WI_FI.test(card) ? 1 : 2;
  };
  return Object.entries(cards)
    .flatMap(([card, own = []]) => own.map((one) => ({ ...one, card })))
    .filter(
      ({ address, family, internal }) => family === 'IPv4' && !internal && !address.startsWith('169.254.'),
    )
    .map(({ address, card }) => ({ address, card }))
    .toSorted((a, b) => rank(a) - rank(b));
}

/** The address that this machine uses towards the rest of the world; undefined if it has no way there. */
export async function usualAddress(): Promise<string | undefined> {
  const socket = createSocket('udp4');
  try {
    socket.connect(9, FAR_AWAY);
    await once(socket, 'connect');
    return socket.address().address;
  } catch {
    return undefined;
  } finally {
    socket.close();
  }
}

/** Where the room's door is: the chosen address, or all of them. */
export async function doorAddresses(chosen?: string): Promise<OwnAddress[]> {
  const all = addressesForOthers(await usualAddress());
  return chosen ? all.filter(({ address }) => address === chosen) : all;
}

/** "http://192.168.7.20:8000/join" */
export function joinUrl(address: string, port: number): string {
  return `http://${address}:${port}/join`;
}

/** Where phones join. */
export interface Door {
  url: string;
  /** What one could type: "192.168.7.20:8000". */
  address: string;
  /** An SVG element. */
  qr: string;
}

/** The door at this address. */
export function doorAt(address: string, port: number): Door {
  const url = joinUrl(address, port);
  return { url, address: `${address}:${port}`, qr: renderSVG(url, { border: 2 }) };
}
