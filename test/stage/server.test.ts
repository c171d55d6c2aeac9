// `npm run server` in a terminal of its own, alone and beside a stage that leaves the server to it.
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { serviceAnswers } from '../../stage/processes/dev-server.ts';
import { cleanUp, freePorts, leftOf, run, startServer, until } from '../support/harness.ts';
import { createClient } from '../support/kit.ts';

afterAll(cleanUp);

// Side by side: most of the time goes into coming up and leaving.
describe.concurrent('npm run server', () => {
  it('answers when it says so, is alone, stops at Ctrl-C, and begins anew without its database', async () => {
    const { folder, ...server } = await startServer();
    expect(await serviceAnswers(`127.0.0.1:${server.ports.SERVER_PORT}`)).toBe(true);
    expect((await fetch(`http://127.0.0.1:${server.ports.UI_PORT}`)).status).toBe(200);

    const second = await run('stage/commands/server.ts', [], { folder });
    expect((await second.ended()).code).toBe(1);
    expect(second.output()).toContain(
      `The server of this stage is already running (pid ${server.pidOf('server')}).`,
    );
    const stage = await run('stage/commands/start.ts', [], { folder });
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
});

describe.concurrent('a stage without a server', () => {
  it('waits for that of another terminal, and does not take it down', async () => {
    const ports = await freePorts();
    const stage = await run('stage/commands/start.ts', ['venue', 'without', 'server', 'app'], { ports });
    await stage.untilSaid('server  | left out; run it in your own terminal: npm run server');
    await stage.untilSaid('network | Network ready');
    const server = await startServer({ ports });
    await stage.untilSaid('Ctrl-C stops all of it');
    expect(await stage.leave()).toMatchObject({ code: 0 });
    expect(await serviceAnswers(`127.0.0.1:${ports.SERVER_PORT}`)).toBe(true);
    expect(await server.leave()).toMatchObject({ code: 0 });
  });

  it('resets only what the kit started there, also with two resets at once', async ({ onTestFinished }) => {
    const server = await startServer();
    const { ports } = server;
    const stage = await run('stage/commands/start.ts', ['venue', 'without', 'server', 'worker', 'app'], {
      ports,
    });
    await stage.untilSaid('Ctrl-C stops all of it');
    const client = createClient(ports.SERVER_PORT);
    onTestFinished(() => client.connection.close());
    const start = (workflowType: string, taskQueue: string, workflowId: string) =>
      client.workflow.start(workflowType, { taskQueue, workflowId, args: [] });
    const ours = Array.from({ length: 40 }, (_, n) => start('getAddressFromIP', 'hello-ip', `ours-${n}`));
    await Promise.all([
      ...ours,
      start('count', 'counter', 'counter'),
      start('getAddressFromIP', 'payroll', 'same type, other Task Queue'),
      start('pay', 'hello-ip', 'same Task Queue, other type'),
    ]);
    const running = async () => {
      const ids = [];
      for await (const { workflowId } of client.workflow.list({ query: 'ExecutionStatus = "Running"' }))
        ids.push(workflowId);
      return ids;
    };
    await until(async () => (await running()).length === 43);
    const resets = await Promise.all(
      [1, 2].map(() => run('stage/commands/stage.ts', ['reset'], { ports, folder: stage.folder })),
    );
    for (const reset of resets) {
      expect({ ...(await reset.ended()), said: reset.output() }).toMatchObject({ code: 0 });
      expect(reset.output()).toMatch(/executions terminated: \d+/);
    }
    await until(async () => (await running()).length === 2);
    expect((await running()).toSorted()).toEqual([
      'same Task Queue, other type',
      'same type, other Task Queue',
    ]);
    await stage.leave();
    await server.leave();
  });
});
