// The door of the room: while it is open, phones reach the way in, and nothing else, at this machine's own addresses.
import { createServer, type Server } from 'node:http';
import type { Express } from 'express';
import { type Door, doorAddresses, doorAt } from './addresses.ts';
import type { RoomFile } from './state.ts';

/** Also how soon another Wi-Fi is noticed. */
const LOOK_INTERVAL_MS = 1000;
/** Slow connections may be many, and must not be for ever. */
const HEADERS_WITHIN_MS = 5000;
const REQUEST_WITHIN_MS = 10_000;
const MOST_CONNECTIONS = 2000;

/** What stands behind the door. */
export interface DoorOptions {
  room: RoomFile;
  port: number;
  /** The app for phones that call this machine by this address. */
  appFor(address: string): Express;
  print(line: string): void;
}

/** Opens and closes the door as the room's file says. Returns where phones join: the likeliest address first. */
export function keepDoor({ room, port, appFor, print }: DoorOptions): () => Door | undefined {
  const servers = new Map<string, Server>();
  const refused = new Set<string>();
  let shown: Door | undefined;

  async function look(): Promise<void> {
    const { open, address } = room.read();
    const wanted = open ? (await doorAddresses(address)).map((own) => own.address) : [];
    for (const [at, server] of servers) if (!wanted.includes(at)) shut(at, server);
    for (const at of wanted) if (!servers.has(at)) listen(at);
    show(wanted.find((at) => servers.get(at)?.listening));
  }

  function listen(at: string): void {
    const server = createServer(
      {
        headersTimeout: HEADERS_WITHIN_MS,
        requestTimeout: REQUEST_WITHIN_MS,
        connectionsCheckingInterval: 1000,
      },
      appFor(at),
    );
    server.maxConnections = MOST_CONNECTIONS;
    servers.set(at, server);
    server.on('error', ({ code }: NodeJS.ErrnoException) => {
      servers.delete(at);
      if (!refused.has(at))
        print(`The room cannot listen on ${at}:${port} (${code}). Free that port, or unset APP_HOST.`);
      refused.add(at);
    });
    server.listen(port, at, () => refused.delete(at));
  }

  function shut(at: string, server: Server): void {
    servers.delete(at);
    server.close();
    server.closeAllConnections();
  }

  function show(at: string | undefined): void {
    if (at === shown?.address.split(':')[0]) return;
    shown = at === undefined ? undefined : doorAt(at, port);
    print(shown ? `Room open: ${shown.url}` : 'Room closed.');
  }

  const next = () => setTimeout(() => void look().finally(next), LOOK_INTERVAL_MS).unref();
  void look().finally(next);
  return () => shown;
}
