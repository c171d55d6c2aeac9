// A client that sends the next request before it has the answer to the last one, and then leaves.
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type FakeService, startApp, startFakeService } from '../../test/support/fake-service.ts';

const QUIET_MS = 600; // three looks of a page that is open

let service: FakeService;
let app: Awaited<ReturnType<typeof startApp>>;
beforeAll(async () => {
  service = await startFakeService();
  app = await startApp(service.client);
});
afterAll(async () => {
  app.server.closeAllConnections();
  app.server.close();
  await service.close();
});

it('leaves nothing behind: its greetings are no longer looked at', async () => {
  const streams = ['a', 'b', 'c'].map(
    (id) => `GET /greetings/${id}/events HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n`,
  );
  const socket = connect(app.port, '127.0.0.1').resume();
  socket.write(streams.join(''));
  await expect.poll(() => service.calls()).toBeGreaterThan(0);
  socket.destroy();
  const looks = async () => {
    const before = service.calls();
    await delay(QUIET_MS);
    return service.calls() - before;
  };
  await expect.poll(looks, { timeout: 3000 }).toBe(0);
});

it('may use its connection again once it has the answer', async () => {
  const socket = connect(app.port, '127.0.0.1').setEncoding('utf8');
  for (let request = 0; request < 3; request += 1) {
    socket.write('GET /nowhere HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n');
    const [answer] = await once(socket, 'data');
    expect(answer).toMatch(/^HTTP\/1\.1 404 /);
  }
  socket.destroy();
});
