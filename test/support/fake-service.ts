// Doubles for tests: a Temporal Service that answers every call with an error of your choice, and an app that asks it.
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { createServer as createGrpcServer, type ServerHttp2Session } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { Client, Connection } from '@temporalio/client';
import { connectionTuning } from '../../hello-ip/stage-tuning.ts';
import { createApp } from '../../hello-ip/web/app.ts';

/** A server that speaks gRPC over a real connection. */
export interface FakeService {
  client: Client;
  /** How many calls have come so far. */
  calls(): number;
  /** From now on every call gets this gRPC status, or no answer at all. */
  answer(status: number | 'never', message?: string): void;
  close(): Promise<void>;
}

/** A Temporal Service that answers "unavailable" until told otherwise. */
export async function startFakeService(): Promise<FakeService> {
  let calls = 0;
  let status: number | 'never' = 14;
  let message = '';
  const sessions = new Set<ServerHttp2Session>();
  const server = createGrpcServer();
  server.on('session', (session) => sessions.add(session));
  server.on('stream', (stream) => {
    calls += 1;
    stream.on('error', () => undefined);
    if (status === 'never') return;
    const trailers = { 'grpc-status': String(status), 'grpc-message': message };
    stream.respond({ ':status': 200, 'content-type': 'application/grpc', ...trailers }, { endStream: true });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const connection = Connection.lazy({ address: `127.0.0.1:${port}`, ...connectionTuning });
  return {
    client: new Client({ connection }),
    calls: () => calls,
    answer(code, words = '') {
      status = code;
      message = words;
    },
    async close() {
      await connection.close();
      for (const session of sessions) session.destroy();
      server.close();
    },
  };
}

/** The app on a free port, and its address. */
export async function startApp(client: Client): Promise<{ server: Server; port: number; url: string }> {
  const server = createServer(createApp({ client, webUi: 'http://web-ui' }));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return { server, port, url: `http://127.0.0.1:${port}` };
}
