// A problem with the Temporal Service is logged once, however often the slides ask.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished, vi } from 'vitest';
import { startFakeService } from '../../test/support/fake-service.ts';
import { createLiveAnswer } from './live.ts';

const UNAUTHENTICATED = 16;

it('logs a problem once', async () => {
  const log = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const service = await startFakeService();
  const counters = { report: () => ({ volatile: [], running: [], isStarting: false, isCleared: false }) };
  const { client } = service;
  const server = createServer(
    createLiveAnswer({
      client,
      counters,
      faultLog: '',
      countedSince: () => new Date(),
      app: 'http://app',
      door: async () => undefined,
    }),
  );
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(async () => {
    server.close();
    await service.close();
    vi.restoreAllMocks();
  });
  service.answer(UNAUTHENTICATED, 'Request unauthorized.');
  const ask = async () => (await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)).json();
  expect((await ask()).greeting).toBeNull();
  await ask();
  expect(log).toHaveBeenCalledTimes(1);
});
