// Ports that are taken, and by what; and two settings that collide.
import { createServer, type Server } from 'node:net';
import getPort from 'get-port';
import { afterEach, describe, expect, it } from 'vitest';
import { checkPorts, holderOf } from './ports.ts';

const open: Server[] = [];
afterEach(() => Promise.all(open.splice(0).map((server) => new Promise((done) => server.close(done)))));

async function listen(host: string): Promise<number> {
  const server = createServer();
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  return (server.address() as { port: number }).port;
}

describe('checkPorts', () => {
  it('lets free ports pass', async () => {
    await checkPorts([{ variable: 'APP_PORT', port: await getPort() }]);
  });

  it.each(['127.0.0.1', '0.0.0.0', '::'])(
    'names who listens on %s, and the variable that sets our port',
    async (host) => {
      const port = await listen(host);
      const refused = checkPorts([{ variable: 'APP_PORT', port }]);
      await expect(refused).rejects.toThrow(`Port ${port} is in use`);
      await expect(refused).rejects.toThrow('set APP_PORT, for example APP_PORT=');
      if (process.platform !== 'win32') await expect(refused).rejects.toThrow(`(pid ${process.pid})`);
    },
  );

  it('refuses one port for two', async () => {
    const port = await getPort();
    const twice = checkPorts(['APP_PORT', 'UI_PORT'].map((variable) => ({ variable, port })));
    await expect(twice).rejects.toThrow(`APP_PORT and UI_PORT are both ${port}.`);
  });
});

describe('holderOf', () => {
  it('names no holder of a free port', async () => {
    expect(await holderOf(await getPort())).toBeUndefined();
  });

  it('is quick', async () => {
    const port = await listen('127.0.0.1');
    const begun = performance.now();
    await holderOf(port);
    expect(performance.now() - begun).toBeLessThan(process.platform === 'linux' ? 300 : 2000);
  });
});
