// The page as its own process: open to this machine, and to nobody else without signing in.
import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { cleanUp, run } from '../../../test/support/harness.ts';

afterEach(cleanUp);

async function start(env: NodeJS.ProcessEnv) {
  const page = await run('encores/releases/web/server.ts', [], { env });
  await page.untilSaid('Releases ready: ');
  return { page, base: `http://127.0.0.1:${page.ports.ENCORE_PORT}` };
}

it('on this machine nobody signs in', async () => {
  const { base } = await start({});
  expect((await fetch(`${base}/releases`)).status).toBe(200);
  expect((await fetch(`${base}/sign-in`)).status).toBe(404);
});

it('beyond it, everything asks for the user who was printed once', async () => {
  const { page, base } = await start({ ENCORE_HOST: '0.0.0.0', ENCORE_USER: '', ENCORE_PASSWORD: '' });
  const [, user, password] = /Sign in as (\S+) with the password (\S+)\./.exec(page.output()) ?? [];
  const html = { headers: { accept: 'text/html' }, redirect: 'manual' } as const;
  expect((await fetch(`${base}/releases`, html)).headers.get('location')).toBe('/sign-in?next=%2Freleases');
  for (const path of ['/health', '/api/releases', '/releases/x/events'])
    expect((await fetch(base + path)).status).toBe(401);
  for (const path of ['/api/releases', '/api/releases/x/cancel', '/releases/x/cancel'])
    expect((await fetch(base + path, { method: 'POST' })).status).toBe(401);
  const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  expect((await fetch(`${base}/api/releases`, { headers: { authorization } })).status).toBe(200);
});

it('says who holds its port, and how to move', async () => {
  const taken = createServer();
  await once(taken.listen(0, '127.0.0.1'), 'listening');
  const { port } = taken.address() as { port: number };
  const page = await run('encores/releases/web/server.ts', [], { env: { ENCORE_PORT: String(port) } });
  expect((await page.ended()).code).toBe(1);
  expect(page.output()).toContain(`Port ${port} is taken. Free it, or choose another: ENCORE_PORT=`);
  taken.close();
});
