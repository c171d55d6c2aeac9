// The Worker in a terminal of its own: what it asks of the way to the Temporal Service, and what it takes for an outage.
import { once } from 'node:events';
import { type AddressInfo, createConnection, createServer, type Socket } from 'node:net';
import type { Client } from '@temporalio/client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cleanUp, type Program, run, until } from '../support/harness.ts';
import { createClient } from '../support/kit.ts';

let client: Client;
let server: Program;
let port: number;
/** Connections that came to the way in front of the Temporal Service. */
const opened: Socket[] = [];
let refusals = 0;
let lastTraffic = 0;

const way = createServer((socket) => {
  socket.on('error', () => {});
  if (refusals > 0) {
    refusals -= 1;
    return socket.destroy();
  }
  opened.push(socket);
  const behind = createConnection(server.ports.SERVER_PORT, '127.0.0.1');
  for (const side of [socket, behind]) side.on('data', () => (lastTraffic = Date.now()));
  behind.on('error', () => socket.destroy()).on('close', () => socket.destroy());
  socket.on('close', () => behind.destroy());
  socket.pipe(behind).pipe(socket);
});

beforeAll(async () => {
  server = await run('stage/commands/server.ts');
  await server.untilSaid('Temporal Service ready');
  client = createClient(server.ports.SERVER_PORT);
  await once(way.listen(0, '127.0.0.1'), 'listening');
  port = (way.address() as AddressInfo).port;
});
afterAll(async () => {
  await client?.connection.close();
  await cleanUp();
  way.close();
});

/** Milliseconds since 1970 of the Worker's last heartbeat, of which it sends one a second. */
async function lastHeartbeat(): Promise<number> {
  const { workersInfo } = await client.workflowService.listWorkers({ namespace: 'default' });
  return Math.max(0, ...workersInfo.map((info) => Number(info.workerHeartbeat?.heartbeatTime?.seconds)));
}

async function untilHeartbeats(count: number): Promise<void> {
  const from = await lastHeartbeat();
  await until(async () => (await lastHeartbeat()) >= from + count);
}

/** No look is under way then: cut in the middle of one, the Worker would have two failed looks. */
const untilQuiet = () => until(async () => Date.now() - lastTraffic > 100);

it('opens no connection to see whether the Temporal Service is there, and takes one failed look for no outage', async () => {
  const worker = await run('hello-ip/worker.ts', [], { env: { TEMPORAL_ADDRESS: `127.0.0.1:${port}` } });
  await worker.untilSaid('Worker ready');
  await untilHeartbeats(1);
  const before = opened.length;
  await untilHeartbeats(3);
  expect(opened.length).toBe(before);

  await untilQuiet();
  refusals = 1;
  for (const socket of opened) socket.destroy();
  await untilHeartbeats(3);
  expect(worker.output().match(/Worker ready/g)).toHaveLength(1);
  expect(await worker.leave()).toMatchObject({ code: 0 });
});
