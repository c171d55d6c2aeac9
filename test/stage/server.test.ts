// `npm run server` in a terminal of its own, alone and beside a stage that leaves the server to it.
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { serviceAnswers } from '../../stage/temporal-service.ts';
import {
  cleanUp,
  freePorts,
  leftOf,
  newFolder,
  type Program,
  type RunOptions,
  run,
  until,
} from './harness.ts';

afterEach(cleanUp);

async function startServer(options: RunOptions = {}): Promise<Program> {
  const server = await run('stage/server.ts', [], options);
  await server.untilSaid(
    `Temporal Service ready: 127.0.0.1:${server.ports.SERVER_PORT}, Web UI http://127.0.0.1:${server.ports.UI_PORT}`,
  );
  return server;
}

describe('npm run server', () => {
  it('answers when it says so, is alone, stops at Ctrl-C, and begins anew without its database', async () => {
    const { folder, ...server } = await startServer();
    expect(await serviceAnswers(`127.0.0.1:${server.ports.SERVER_PORT}`)).toBe(true);
    expect((await fetch(`http://127.0.0.1:${server.ports.UI_PORT}`)).status).toBe(200);

    const second = await run('stage/server.ts', [], { folder });
    expect((await second.ended()).code).toBe(1);
    expect(second.output()).toContain(
      `The server of this stage already runs (pid ${server.pidOf('server')}).`,
    );
    const stage = await run('stage/start.ts', [], { folder });
    expect((await stage.ended()).code).toBe(1);
    expect(stage.output()).toContain('npm start without server');

    const { code, ms } = await server.leave();
    expect(code).toBe(0);
    expect(ms).toBeLessThan(6000);
    expect(await leftOf({ folder, ...server })).toEqual([]);

    const [database] = readdirSync(folder).filter((name) => name.endsWith('.db'));
    rmSync(join(folder, database as string));
    const again = await startServer({ folder });
    expect(await again.leave()).toMatchObject({ code: 0 });
  });

  it('ends with its Temporal Service, and says how that ended', async () => {
    const server = await startServer();
    process.kill(server.pidOf('server'), 'SIGKILL');
    expect((await server.ended()).code).toBe(1);
    expect(server.output()).toContain('died: SIGKILL');
    expect(await leftOf(server)).toEqual([]);
  });

  it('clears the Temporal Service of one that was killed with -9', async () => {
    const killed = await startServer();
    const { folder, ports } = killed;
    await killed.leave('SIGKILL');
    expect(await serviceAnswers(`127.0.0.1:${ports.SERVER_PORT}`)).toBe(true);
    const next = await startServer({ folder, ports });
    expect(await next.leave('SIGTERM')).toMatchObject({ code: 0 });
    expect(await leftOf(next)).toEqual([]);
  });
});

describe('a stage without a server', () => {
  it('waits for that of another terminal, and does not take it down', async () => {
    const ports = await freePorts();
    const stage = await run('stage/start.ts', ['venue', 'without', 'server', 'app'], { ports });
    await stage.untilSaid('server  | left to a terminal of your own: npm run server');
    await stage.untilSaid('network | Network ready');
    const server = await startServer({ ports });
    await stage.untilSaid('Ctrl-C stops all of it');
    expect(await stage.leave()).toMatchObject({ code: 0 });
    expect(await serviceAnswers(`127.0.0.1:${ports.SERVER_PORT}`)).toBe(true);
    expect(await server.leave()).toMatchObject({ code: 0 });
  });

  it('goes to the Temporal Service of a profile when that is asked for', async () => {
    const server = await startServer();
    const file = join(newFolder(), 'temporal.toml');
    writeFileSync(file, `[profile.elsewhere]\naddress = "127.0.0.1:${server.ports.SERVER_PORT}"\n`);
    const stage = await run('stage/start.ts', ['venue', 'profile', 'elsewhere'], {
      env: { TEMPORAL_CONFIG_FILE: file },
    });
    await stage.untilSaid('the Service of your profile "elsewhere"');
    expect(await stage.leave()).toMatchObject({ code: 0 });
    expect(await leftOf(stage)).toEqual([]);
    await until(() => serviceAnswers(`127.0.0.1:${server.ports.SERVER_PORT}`));
  });
});
