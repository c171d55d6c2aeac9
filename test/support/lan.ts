// A Wi-Fi of a test's own: a laptop and a phone, each in a network namespace of Linux, with one wire between them. As root.
import { type ChildProcess, execFileSync, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Asked, Told } from './lan-phone.ts';

const LAPTOP = '10.77.0.2';
const PHONE = '10.77.0.3';

/** The laptop, the phone, and what can happen between them. */
export interface Lan {
  /** Where the phone finds the laptop. */
  address: string;
  /** The words that run a program on the laptop. */
  onLaptop(file: string): string[];
  /** What the phone is told when it asks. Never rejects: an error is a code. */
  phone(asked: Asked): Promise<Told>;
  /** The laptop joins another Wi-Fi: it has this address from now on, and not the one before. */
  move(address: string): void;
  stop(): void;
}

/** Both are gone with `stop`, and with them whatever runs there. */
export async function startLan(): Promise<Lan> {
  const [laptop, phone] = await Promise.all([holdNetwork(), holdNetwork()]);
  const inside = (pid: number | undefined) => ['--target', String(pid), '--net'];
  const ip = (holder: ChildProcess, line: string) =>
    execFileSync('nsenter', [...inside(holder.pid), 'ip', ...line.split(' ')]);
  ip(laptop, `link add wlan0 type veth peer name wlan0 netns ${phone.pid}`);
  for (const [holder, address] of [
    [laptop, LAPTOP],
    [phone, PHONE],
  ] as const) {
    ip(holder, 'link set lo up');
    ip(holder, `address add ${address}/16 dev wlan0`);
    ip(holder, 'link set wlan0 up');
  }
  const hand = fork(
    fileURLToPath(new URL('../../stage/run.cjs', import.meta.url)),
    ['test/support/lan-phone.ts'],
    {
      execPath: 'nsenter',
      execArgv: [...inside(phone.pid), process.execPath],
    },
  );
  const waiting = new Map<number, (told: Told) => void>();
  hand.on('message', ({ id, told }: { id: number; told: Told }) => waiting.get(id)?.(told));
  hand.on('exit', () => {
    for (const tell of waiting.values()) tell({ error: 'GONE' });
  });
  let asked = 0;
  let address = LAPTOP;
  return {
    address: LAPTOP,
    onLaptop: (file) => ['nsenter', ...inside(laptop.pid), process.execPath, 'stage/run.cjs', file],
    phone(order) {
      asked += 1;
      const id = asked;
      const told = new Promise<Told>((resolve) => waiting.set(id, resolve));
      hand.send({ id, asked: order });
      return told;
    },
    move(next) {
      ip(laptop, `address del ${address}/16 dev wlan0`);
      ip(laptop, `address add ${next}/16 dev wlan0`);
      address = next;
    },
    stop() {
      for (const child of [hand, laptop, phone]) child.kill('SIGKILL');
    },
  };
}

async function holdNetwork(): Promise<ChildProcess> {
  const holder = spawn('unshare', ['--net', 'sh', '-c', 'echo up; exec sleep infinity'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(holder.stdout, 'data');
  return holder;
}
