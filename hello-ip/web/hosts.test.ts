// Who may call the app by which name, on machines and in networks of all sorts.
import { networkInterfaces } from 'node:os';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { appUrl, isOwnHost, listenHost } from './hosts.ts';

const LOOPBACK = { address: '127.0.0.1', family: 'IPv4', internal: true };
const WIFI = { address: '192.168.1.5', family: 'IPv4', internal: false };
const WIFI_6 = { address: '2001:db8::5', family: 'IPv6', internal: false };

vi.mock('node:os', async (original) => ({
  ...(await original<typeof import('node:os')>()),
  hostname: () => 'Ziggys-MacBook.local',
  networkInterfaces: vi.fn(),
}));

function haveAddresses(...addresses: object[]): void {
  vi.mocked(networkInterfaces).mockReturnValue({ card: addresses } as never);
}

afterEach(() => vi.mocked(networkInterfaces).mockReset());

describe.each(['0.0.0.0', '::', '0:0:0:0:0:0:0:0', '0'])('listening on %s', (all) => {
  it.each([
    'localhost:8000',
    '127.0.0.1:8000',
    '[::1]:8000',
    'ziggys-macbook.local:8000',
    'Ziggys-MacBook.local',
    '192.168.1.5:8000',
    '[2001:db8::5]:8000',
  ])('it may be called %s', (header) => {
    haveAddresses(LOOPBACK, WIFI_6, WIFI);
    expect(isOwnHost(header, all)).toBe(true);
  });

  it.each(['evil.example', '192.168.1.6:8000', '127.0.0.1.evil.example:80', '0.0.0.0:8000x', '', undefined])(
    'it may not be called %s',
    (header) => {
      haveAddresses(LOOPBACK, WIFI_6, WIFI);
      expect(isOwnHost(header, all)).toBe(false);
    },
  );

  it('it may be called by the address of a network that was joined later, and no longer once it was left', () => {
    const seen = [[LOOPBACK], [LOOPBACK, WIFI], [LOOPBACK]].map((addresses) => {
      haveAddresses(...addresses);
      return isOwnHost('192.168.1.5:8000', all);
    });
    expect(seen).toEqual([false, true, false]);
  });

  it('others open it by an address of the network, and only this machine can if there is none', () => {
    haveAddresses(LOOPBACK, WIFI_6, WIFI);
    expect(appUrl(all, 8000)).toBe('http://192.168.1.5:8000');
    haveAddresses(LOOPBACK, WIFI_6);
    expect(appUrl(all, 8000)).toBe('http://[2001:db8::5]:8000');
    haveAddresses(LOOPBACK, { ...WIFI_6, address: 'fe80::1' });
    expect(appUrl(all, 8000)).toBe('http://127.0.0.1:8000');
  });
});

describe.each([
  [undefined, '127.0.0.1', '127.0.0.1'],
  ['', '127.0.0.1', '127.0.0.1'],
  ['192.168.1.5', '192.168.1.5', '192.168.1.5'],
  ['Ziggys-MacBook.local', 'Ziggys-MacBook.local', 'ziggys-macbook.local'],
  ['2001:DB8:0::5', '2001:DB8:0::5', '[2001:db8::5]'],
  ['[2001:db8::5]', '2001:db8::5', '[2001:db8::5]'],
  ['fe80::1%eth0', 'fe80::1%eth0', '[fe80::1]'],
])('APP_HOST=%s', (APP_HOST, listensOn, name) => {
  it('is what it listens on, may be called and can be opened by; no other address of the machine is', () => {
    haveAddresses(LOOPBACK, { ...WIFI, address: '10.0.0.1' });
    expect(listenHost({ APP_HOST })).toBe(listensOn);
    expect(isOwnHost(`${name}:8000`, listensOn)).toBe(true);
    expect(isOwnHost('localhost:8000', listensOn)).toBe(true);
    expect(isOwnHost('10.0.0.1:8000', listensOn)).toBe(false);
    expect(appUrl(listensOn, 8000)).toBe(`http://${name}:8000`);
  });
});
